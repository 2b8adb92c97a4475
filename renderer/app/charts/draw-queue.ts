/**
 * Charts are drawn one after another, as many as fit in a frame: a dozen of them that change at
 * once then delay no frame by more than one of them takes.
 */
import { shallowRef } from 'vue';

const FRAME_BUDGET_MS = 12;

const waiting = new Map<object, () => void>();
/** Some chart does not show yet what it was told to. */
export const isDrawing = shallowRef(false);

/** Draws in one of the next frames; a newer drawing of the same owner takes its place. */
export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (isDrawing.value) return;
  isDrawing.value = true;
  requestAnimationFrame(drawSome);
}

/** For an owner that goes away. */
export function drawNoMore(owner: object): void {
  waiting.delete(owner);
}

function drawSome(): void {
  const until = performance.now() + FRAME_BUDGET_MS;
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() > until) break;
  }
  isDrawing.value = waiting.size > 0;
  if (isDrawing.value) requestAnimationFrame(drawSome);
}
