/**
 * Charts are drawn one after another, as many as fit in a frame: a dozen of them that change at
 * once then delay no frame by more than one of them takes. While their data are on the way they
 * wait a moment, so that a step is drawn once and not twice.
 */
import { shallowRef } from 'vue';

const FRAME_BUDGET_MS = 12;
/** Data that take longer are not waited for. */
const HOLD_MS = 40;

const waiting = new Map<object, () => void>();
/** Some chart does not show yet what it was told to. */
export const isDrawing = shallowRef(false);
let heldUntil = 0;
/** Data came and are not drawn yet: the next ones are not waited for. */
let isOverdue = false;

/** Data are asked for that will be drawn; answers what is called when they have come. */
export function holdDrawing(): () => void {
  if (!isOverdue) heldUntil = performance.now() + HOLD_MS;
  return () => {
    heldUntil = 0;
    isOverdue = true;
  };
}

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
  const now = performance.now();
  if (now >= heldUntil) drawUntil(now + FRAME_BUDGET_MS);
  isDrawing.value = waiting.size > 0;
  if (isDrawing.value) requestAnimationFrame(drawSome);
  else isOverdue = false;
}

function drawUntil(time: number): void {
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() > time) return;
  }
}
