/**
 * What is marked on the recording: a stretch, or a segment, label or proposal with the ends it may
 * get. Naming or moving a segment makes it a label, by the engine.
 */
import { computed, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { KeptSegment, Label } from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { notifyProblem } from '../notify.ts';
import { wholeSpan, type Labels } from './use-labels.ts';
import type { NamedProposal } from './use-proposals.ts';

export type Chosen =
  | { readonly kind: 'segment'; readonly one: KeptSegment }
  | { readonly kind: 'label'; readonly one: Label }
  | { readonly kind: 'proposal'; readonly one: NamedProposal };

export function useChoice(streamId: () => number, labels: Labels) {
  const { t } = useI18n();
  const chosen = shallowRef<Chosen | null>(null);
  const selection = shallowRef<TimeRange | null>(null);
  watch(streamId, () => leave());

  function leave(): void {
    chosen.value = null;
    selection.value = null;
  }
  const isMoved = computed(() => {
    const [one, range] = [chosen.value?.one, selection.value];
    return !!one && !!range && (one.start !== range.from || one.end !== range.to);
  });
  /** null: what is chosen has no name to keep. */
  const ownName = computed(() => {
    const now = chosen.value;
    return now && now.kind !== 'proposal' ? now.one.activity : null;
  });

  async function carryOut(activity: string): Promise<void> {
    const [now, range] = [chosen.value, selection.value];
    if (!range) return;
    const change = { ...wholeSpan(range), activity };
    switch (now?.kind) {
      case 'segment': {
        const correction = { ...change, author: '' };
        const { segment } = await engine.call('segment.change', now.one.id, correction);
        choose({ kind: 'segment', one: segment });
        return labels.done(t('activities.chosen.became', { activity }));
      }
      case 'label': {
        const one = await engine.call('label.change', now.one.id, change);
        choose({ kind: 'label', one });
        return labels.done(t('activities.chosen.changed', { activity }));
      }
      default:
        await labels.add(activity, range);
        chosen.value = null;
    }
  }
  function choose(next: Chosen): void {
    chosen.value = next;
    selection.value = { from: next.one.start, to: next.one.end };
  }
  return {
    chosen,
    selection,
    isMoved,
    ownName,
    choose,
    leave,
    /** A stretch of its own. */
    mark: (range: TimeRange): void => {
      chosen.value = null;
      selection.value = range;
    },
    /** Other ends of what is marked. */
    move: (range: TimeRange): void => void (selection.value = range),
    name: (activity: string): void => {
      if (activity.trim() === '') return;
      carryOut(activity.trim()).catch(notifyProblem);
    },
    /** Keeps the name, takes the ends as they are now. */
    apply: (): void => {
      if (ownName.value !== null) carryOut(ownName.value).catch(notifyProblem);
    },
  };
}

export type Choice = ReturnType<typeof useChoice>;
