/** The pointer over the lanes: cursor, wheel zoom, a brushed stretch, panning with Shift. */
import { computed, ref, shallowRef, type Ref } from 'vue';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { panBy, spanOf, zoomAround } from '../charts/range.ts';

/** Wheel steps to zoom factor. */
const ZOOM_PER_PIXEL = 0.0016;
const WHEEL_PIXELS_MAX = 240;
const LINE_PIXELS = 16;
/** A drag shorter than this is a click. */
const CLICK_PIXELS = 4;

export interface PlotPointerHost {
  readonly range: Ref<TimeRange | null>;
  readonly whole: Ref<TimeRange | null>;
  periodMs(): number;
  show(range: TimeRange): void;
  /** A click, with the width of a pixel in ms. */
  click(time: number, pixelMs: number): void;
}

interface Drag {
  readonly startX: number;
  readonly startTime: number;
  readonly startRange: TimeRange;
  readonly pans: boolean;
}

export function usePlotPointer(host: PlotPointerHost) {
  const cursor = ref<number | null>(null);
  const brush = shallowRef<TimeRange | null>(null);
  let drag: Drag | null = null;

  function timeAt(event: MouseEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const range = host.range.value!;
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return range.from + share * spanOf(range);
  }

  function onWheel(event: WheelEvent): void {
    const [range, whole] = [host.range.value, host.whole.value];
    if (!range || !whole) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const limited = (delta: number): number =>
      Math.min(WHEEL_PIXELS_MAX, Math.max(-WHEEL_PIXELS_MAX, delta * pixels));
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      return host.show(panBy(range, limited(sideways) / width, whole));
    }
    const factor = Math.exp(limited(event.deltaY) * ZOOM_PER_PIXEL);
    host.show(zoomAround(range, timeAt(event), factor, whole, host.periodMs()));
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || !host.range.value) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    drag = {
      startX: event.clientX,
      startTime: timeAt(event),
      startRange: host.range.value,
      pans: event.shiftKey,
    };
  }

  function onPointerMove(event: PointerEvent): void {
    if (!host.range.value) return;
    cursor.value = timeAt(event);
    if (!drag || Math.abs(event.clientX - drag.startX) < CLICK_PIXELS) return;
    if (drag.pans) {
      const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      const share = (drag.startX - event.clientX) / width;
      host.show(panBy(drag.startRange, share, host.whole.value!));
    } else {
      const [from, to] = [drag.startTime, cursor.value].sort((a, b) => a - b);
      brush.value = { from, to };
    }
  }

  function onPointerUp(event: PointerEvent): void {
    const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const brushed = brush.value;
    const clicked = drag && Math.abs(event.clientX - drag.startX) < CLICK_PIXELS;
    drag = null;
    brush.value = null;
    if (brushed) host.show(brushed);
    else if (clicked && host.range.value) {
      host.click(timeAt(event), spanOf(host.range.value) / Math.max(1, width));
    }
  }

  function onPointerLeave(): void {
    cursor.value = null;
  }

  /** Where a time is, as a share of the plot's width in percent. */
  const place = computed(() => (time: number) => {
    const range = host.range.value;
    return range ? (100 * (time - range.from)) / Math.max(1, spanOf(range)) : 0;
  });

  return {
    cursor,
    brush,
    place,
    onWheel,
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerLeave,
  };
}
