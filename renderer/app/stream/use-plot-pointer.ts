/** The pointer over the lanes: cursor, wheel zoom, a brushed stretch, panning with Shift. */
import { ref, shallowRef, type Ref } from 'vue';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { panBy, spanOf, zoomAround } from '../charts/range.ts';

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
  /** A brushed stretch; it is shown unless somebody else takes it. */
  brushed?(range: TimeRange): void;
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
  /** The time under the pointer, ms. */
  const cursor = ref<number | null>(null);
  const brush = shallowRef<TimeRange | null>(null);
  let drag: Drag | null = null;

  function onWheel(event: WheelEvent): void {
    const [range, whole] = [host.range.value, host.whole.value];
    if (!range || !whole) return;
    event.preventDefault();
    const next = wheelPan(event, range, whole);
    if (next) return host.show(next);
    const factor = Math.exp(wheelPixels(event, event.deltaY) * ZOOM_PER_PIXEL);
    host.show(zoomAround(range, timeAt(event, range), factor, whole, host.periodMs()));
  }

  function onPointerDown(event: PointerEvent): void {
    const range = host.range.value;
    if (event.button !== 0 || !range) return;
    surface(event).setPointerCapture(event.pointerId);
    const startTime = timeAt(event, range);
    drag = { startX: event.clientX, startTime, startRange: range, pans: event.shiftKey };
  }

  function onPointerMove(event: PointerEvent): void {
    if (!host.range.value) return;
    cursor.value = timeAt(event, host.range.value);
    if (!drag || isClick(drag, event)) return;
    if (drag.pans) {
      const share = (drag.startX - event.clientX) / widthOf(event);
      host.show(panBy(drag.startRange, share, host.whole.value!));
    } else {
      const [from, to] = [drag.startTime, cursor.value].sort((a, b) => a - b);
      brush.value = { from, to };
    }
  }

  function onPointerUp(event: PointerEvent): void {
    const [range, brushed] = [host.range.value, brush.value];
    const clicked = drag !== null && isClick(drag, event);
    drag = null;
    brush.value = null;
    if (brushed) (host.brushed ?? host.show)(brushed);
    else if (clicked && range) host.click(timeAt(event, range), spanOf(range) / widthOf(event));
  }

  const onPointerLeave = (): void => void (cursor.value = null);

  return { cursor, brush, onWheel, onPointerDown, onPointerMove, onPointerUp, onPointerLeave };
}

const surface = (event: MouseEvent): HTMLElement => event.currentTarget as HTMLElement;

const widthOf = (event: MouseEvent): number =>
  Math.max(1, surface(event).getBoundingClientRect().width);

const isClick = (drag: Drag, event: MouseEvent): boolean =>
  Math.abs(event.clientX - drag.startX) < CLICK_PIXELS;

function timeAt(event: MouseEvent, range: TimeRange): number {
  const { left, width } = surface(event).getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
  return range.from + share * spanOf(range);
}

/** A wheel turned sideways, or with Shift, pans; null when it does neither. */
function wheelPan(event: WheelEvent, range: TimeRange, whole: TimeRange): TimeRange | null {
  const { shiftKey, deltaX, deltaY } = event;
  if (!shiftKey && Math.abs(deltaX) <= Math.abs(deltaY)) return null;
  const delta = shiftKey && deltaX === 0 ? deltaY : deltaX;
  return panBy(range, wheelPixels(event, delta) / widthOf(event), whole);
}

/** Wheels count in pixels or in lines; a fling is held back. */
function wheelPixels({ deltaMode }: WheelEvent, delta: number): number {
  const pixels = delta * (deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
  return Math.min(WHEEL_PIXELS_MAX, Math.max(-WHEEL_PIXELS_MAX, pixels));
}
