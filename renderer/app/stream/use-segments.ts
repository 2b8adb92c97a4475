/** Recognised activities in the shown stretch, with their colours. */
import { shallowRef, watch, type Ref } from 'vue';
import type { ActivityClass, KeptSegment } from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { listen } from '../listen.ts';
import { notifyProblem } from '../notify.ts';

export function useSegments(streamId: () => number, range: Readonly<Ref<TimeRange | null>>) {
  const segments = shallowRef<readonly KeptSegment[]>([]);
  const classes = shallowRef<readonly ActivityClass[]>([]);
  let asked: TimeRange | null = null;

  async function load(shown: TimeRange): Promise<void> {
    const id = streamId();
    const span = shown.to - shown.from;
    const wide = { from: Math.floor(shown.from - span), to: Math.ceil(shown.to + span) };
    asked = wide;
    const [found, known] = await Promise.all([
      engine.call('segment.list', id, wide),
      engine.call('activity.classes'),
    ]);
    if (streamId() !== id) return;
    segments.value = found;
    classes.value = known;
  }
  const refresh = (isStale: boolean): void => {
    const shown = range.value;
    if (!shown) return;
    const isHeld = asked && asked.from <= shown.from && asked.to >= shown.to;
    const isFine = asked && asked.to - asked.from <= 12 * (shown.to - shown.from);
    if (!isStale && isHeld && isFine) return;
    void load(shown).catch(notifyProblem);
  };
  watch(range, () => refresh(false), { immediate: true });
  watch(streamId, () => {
    segments.value = [];
    asked = null;
    refresh(true);
  });
  listen('segment.changed', ({ streamId: changed }) => {
    if (changed === streamId()) refresh(true);
  });
  // A class may have got another colour.
  listen('label.changed', ({ streamId: changed }) => {
    if (changed === streamId()) refresh(true);
  });
  return { segments, classes };
}
