/**
 * The shown stretch of a stream and its data. The engine decimates: a view holds a few points per
 * pixel at any zoom.
 */
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import type { KeptEvent, KeptProblem } from '../../../shared/domain/kept-event.ts';
import type { ColumnView, TimeRange } from '../../../shared/domain/stream.ts';
import { clampRange, spanOf } from '../charts/range.ts';
import { holdDrawing } from '../charts/draw-queue.ts';
import { engine } from '../engine.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { KnownStream } from '../stores/streams.ts';
import { tryable } from '../tryable.ts';
import { useLiveEdge } from './use-live-edge.ts';

/** Views reach so far beyond both edges, as a share of the span, so that panning shows data. */
const BEYOND = 0.5;
const OVERVIEW_POINTS = 1000;

type StreamRef = Readonly<Ref<KnownStream | undefined>>;

export function useStreamView(stream: StreamRef, revision: Ref<number>, isLive: Ref<boolean>) {
  const whole = computed(() => stream.value?.range ?? null);
  const range = shallowRef<TimeRange | null>(null);
  const widthPx = ref(1000);
  watch(
    () => stream.value?.id,
    () => (range.value = whole.value),
    { immediate: true },
  );
  watch(whole, (now) => (range.value ??= now));
  const periodMs = (): number => stream.value?.periodMs ?? 1000;
  const edge = useLiveEdge(isLive, whole, periodMs, range);

  return {
    whole,
    range,
    ...useShown(stream, revision, range, widthPx),
    overview: useOverview(stream, revision),
    events: computed<readonly KeptEvent[]>(() => stream.value?.events ?? []),
    problems: computed<readonly KeptProblem[]>(() => stream.value?.problems ?? []),
    edge,
    /** Shows whole milliseconds inside the recording. */
    show: (next: TimeRange): void => {
      if (!whole.value) return;
      const clamped = clampRange(next, whole.value);
      const from = Math.round(clamped.from);
      range.value = { from, to: Math.max(from + 1, Math.round(clamped.to)) };
      edge.chosen(range.value);
    },
    /** Views hold about one bucket per pixel of this width. */
    fit: (pixels: number): void => {
      widthPx.value = Math.max(100, Math.round(pixels));
    },
  };
}

export type StreamView = ReturnType<typeof useStreamView>;

/** Series and scores of the shown stretch. */
function useShown(
  stream: StreamRef,
  revision: Ref<number>,
  range: Ref<TimeRange | null>,
  widthPx: Ref<number>,
) {
  const series = shallowRef<ColumnView | null>(null);
  const scores = shallowRef<ColumnView | null>(null);
  const isAsking = ref(false);

  async function ask(): Promise<void> {
    const [info, shown] = [stream.value, range.value];
    if (!info || !shown) return;
    const beyond = BEYOND * spanOf(shown);
    const asked = { from: Math.floor(shown.from - beyond), to: Math.ceil(shown.to + beyond) };
    const points = Math.max(100, Math.round(widthPx.value * (1 + 2 * BEYOND)));
    const { model } = info;
    const cameIn = holdDrawing();
    const [seriesView, scoreView] = await Promise.all([
      engine.call('view.series', info.id, asked, points),
      model ? engine.call('view.scores', model.id, asked, points) : null,
    ]).finally(cameIn);
    if (stream.value?.id !== info.id) return;
    series.value = seriesView;
    scores.value = scoreView;
  }

  const { failure, run } = tryable(ask);
  const refresh = oneAtATime(run, isAsking);
  watch([() => stream.value?.id, revision, range, widthPx], refresh, { immediate: true });
  watch(
    () => stream.value?.id,
    () => (series.value = scores.value = null),
  );
  return { series, scores, isAsking, failure, retry: refresh };
}

/** The whole recording, coarse. */
function useOverview(stream: StreamRef, revision: Ref<number>) {
  const overview = shallowRef<ColumnView | null>(null);

  async function ask(): Promise<void> {
    const info = stream.value;
    if (!info?.range) return;
    const view = await engine.call('view.series', info.id, info.range, OVERVIEW_POINTS);
    if (stream.value?.id === info.id) overview.value = view;
  }

  watch([() => stream.value?.id, revision], oneAtATime(ask), { immediate: true });
  watch(
    () => stream.value?.id,
    () => (overview.value = null),
  );
  return overview;
}
