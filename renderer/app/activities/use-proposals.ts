/** Segments without names that the engine proposes, less what was labelled since. */
import { computed, ref, shallowRef, watch } from 'vue';
import type { Label, ProposedSegment } from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { notifyProblem } from '../notify.ts';
import { groupName, unlabelled } from './proposals.ts';

/** With an id and the letter of its group. */
export interface NamedProposal extends ProposedSegment {
  readonly id: number;
  readonly name: string;
}

export function useProposals(streamId: () => number, labels: () => readonly Label[]) {
  const found = shallowRef<readonly ProposedSegment[] | null>(null);
  const isWorking = ref(false);
  watch(streamId, () => (found.value = null));

  const left = computed(() =>
    unlabelled(found.value ?? [], labels()).map((one, id): NamedProposal => {
      return { ...one, id, name: groupName(one.group) };
    }),
  );
  const groups = computed(() => {
    const all = new Map<number, { name: string; ranges: TimeRange[]; totalMs: number }>();
    for (const { group, name, start, end } of left.value) {
      const { ranges, totalMs } = all.get(group) ?? { ranges: [], totalMs: 0 };
      const more = [...ranges, { from: start, to: end }];
      all.set(group, { name, ranges: more, totalMs: totalMs + end - start });
    }
    return [...all].sort(([a], [b]) => a - b).map(([group, one]) => ({ group, ...one }));
  });

  async function ask(): Promise<void> {
    const id = streamId();
    isWorking.value = true;
    try {
      const proposed = await engine.call('activity.proposals', id);
      if (streamId() === id) found.value = proposed;
    } catch (error) {
      notifyProblem(error);
    } finally {
      isWorking.value = false;
    }
  }
  return {
    /** null: nobody asked. */
    found,
    left,
    groups,
    isWorking,
    ask,
    close: (): void => void (found.value = null),
  };
}

export type Proposals = ReturnType<typeof useProposals>;
