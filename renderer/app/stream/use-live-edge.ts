/**
 * Following a live stream: the shown stretch moves along with the newest row until somebody looks
 * elsewhere or pauses. Pausing stops the view alone; recording goes on.
 */
import { computed, ref, watch, type Ref } from 'vue';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { spanOf } from '../charts/range.ts';

/** What a live stream shows at first, in rows. */
const ROWS_FIRST = 600;
/** A view that ends so close to the newest row, as a share of its span, follows. */
const EDGE_SHARE = 0.02;

export interface LiveEdge {
  /** True while the view moves along. */
  readonly following: Readonly<Ref<boolean>>;
  /** To the newest row, and on with it. */
  follow(): void;
  pause(): void;
  /** Told of a stretch that somebody chose. */
  chosen(range: TimeRange): void;
}

export function useLiveEdge(
  isLive: Readonly<Ref<boolean>>,
  whole: Readonly<Ref<TimeRange | null>>,
  periodMs: () => number,
  range: Ref<TimeRange | null>,
): LiveEdge {
  const wanted = ref(true);
  const following = computed(() => isLive.value && wanted.value);

  function toEdge(): void {
    if (!whole.value) return;
    const first = ROWS_FIRST * periodMs();
    const shown = range.value ? spanOf(range.value) : first;
    const span = Math.max(1, isFirst ? first : shown);
    isFirst = false;
    range.value = { from: Math.round(whole.value.to - span), to: whole.value.to };
  }
  let isFirst = true;

  watch([whole, following], () => {
    if (following.value) toEdge();
  });
  return {
    following,
    follow: () => {
      wanted.value = true;
      toEdge();
    },
    pause: () => {
      wanted.value = false;
    },
    chosen: (next) => {
      if (!whole.value) return;
      wanted.value = whole.value.to - next.to <= EDGE_SHARE * spanOf(next);
    },
  };
}
