/**
 * The shown stretch of a stream and its data. The engine decimates: a view holds a few points per
 * pixel at any zoom. One question is on its way at a time; what changed meanwhile is asked after.
 */
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { ColumnView, TimeRange } from '../../../shared/domain/stream.ts';
import { clampRange, spanOf } from '../charts/range.ts';
import { engine } from '../engine.ts';
import { notifyProblem } from '../notify.ts';
import type { KnownStream } from '../stores/streams.ts';

/** Views reach so far beyond both edges, as a share of the span, so that panning shows data. */
const BEYOND = 0.5;
const OVERVIEW_POINTS = 1000;

export function useStreamView(stream: Ref<KnownStream | undefined>, revision: Ref<number>) {
  const whole = computed(() => stream.value?.range ?? null);
  const range = shallowRef<TimeRange | null>(null);
  const widthPx = ref(1000);
  const series = shallowRef<ColumnView | null>(null);
  const scores = shallowRef<ColumnView | null>(null);
  const overview = shallowRef<ColumnView | null>(null);
  const events = shallowRef<readonly AnomalyEvent[]>([]);
  let asking = false;
  let stale = false;

  async function refresh(): Promise<void> {
    if (asking) {
      stale = true;
      return;
    }
    asking = true;
    try {
      do {
        stale = false;
        await ask();
      } while (stale);
    } catch (error) {
      notifyProblem(error);
    } finally {
      asking = false;
    }
  }

  async function ask(): Promise<void> {
    const [info, shown] = [stream.value, range.value];
    if (!info || !shown) return;
    const beyond = BEYOND * spanOf(shown);
    const asked = { from: Math.floor(shown.from - beyond), to: Math.ceil(shown.to + beyond) };
    const points = Math.max(100, Math.round(widthPx.value * (1 + 2 * BEYOND)));
    const { model } = info;
    const [seriesView, scoreView] = await Promise.all([
      engine.call('view.series', info.id, asked, points),
      model ? engine.call('view.scores', model.id, asked, points) : null,
    ]);
    if (stream.value?.id !== info.id) return;
    series.value = seriesView;
    scores.value = scoreView;
  }

  async function loadWhole(): Promise<void> {
    const info = stream.value;
    if (!info?.range) return;
    const [view, found] = await Promise.all([
      engine.call('view.series', info.id, info.range, OVERVIEW_POINTS),
      info.model ? engine.call('event.list', info.model.id) : [],
    ]);
    if (stream.value?.id !== info.id) return;
    overview.value = view;
    events.value = found;
  }

  watch(
    () => stream.value?.id,
    () => {
      range.value = whole.value;
      series.value = scores.value = overview.value = null;
      events.value = [];
    },
    { immediate: true },
  );
  watch(whole, (now) => (range.value ??= now));
  watch([range, widthPx], () => void refresh());
  watch(
    [() => stream.value?.id, revision],
    () => {
      void refresh();
      loadWhole().catch(notifyProblem);
    },
    { immediate: true },
  );

  /** Whole milliseconds inside the recording. */
  function show(next: TimeRange): void {
    if (!whole.value) return;
    const { from, to } = clampRange(next, whole.value);
    range.value = { from: Math.round(from), to: Math.max(Math.round(from) + 1, Math.round(to)) };
  }

  /** Views hold about one bucket per pixel of this width. */
  function fit(pixels: number): void {
    widthPx.value = Math.max(100, Math.round(pixels));
  }

  return { whole, range, series, scores, overview, events, show, fit };
}

export type StreamView = ReturnType<typeof useStreamView>;
