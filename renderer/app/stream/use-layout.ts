/** How the lanes of a stream are laid out; kept by the engine. */
import { shallowRef, watch } from 'vue';
import { PLAIN_LAYOUT, type LaneLayout } from '../../../shared/domain/lane-layout.ts';
import { engine } from '../engine.ts';
import { notifyProblem } from '../notify.ts';

export function useLayout(streamId: () => number) {
  const layout = shallowRef<LaneLayout>(PLAIN_LAYOUT);

  async function load(): Promise<void> {
    const id = streamId();
    layout.value = PLAIN_LAYOUT;
    const kept = await engine.call('layout.get', id);
    if (streamId() === id) layout.value = kept;
  }
  watch(streamId, () => void load().catch(notifyProblem), { immediate: true });

  return {
    layout,
    change: (part: Partial<LaneLayout>): void => {
      layout.value = { ...layout.value, ...part };
      engine.call('layout.set', streamId(), layout.value).catch(notifyProblem);
    },
  };
}

export type KeptLayout = ReturnType<typeof useLayout>;
