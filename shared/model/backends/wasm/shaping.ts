/** Kernels that only move numbers: beside each other, along time, together. */
import type { Kernel, Sequence } from '../../backend.ts';
import { own, type WasmSequence } from './tensors.ts';
import type { Workshop } from './workshop.ts';

export function concat(shop: Workshop, sources: readonly Sequence[], target: Sequence): Kernel {
  const y = own(target);
  let column = 0;
  const parts = sources.map((source) => {
    const part = own(source);
    const at = 4 * column;
    column += part.C;
    return { part, at };
  });
  return {
    forward: () => {
      for (const { part, at } of parts) {
        shop.each(y, 'copyColumns', (s) => [
          ...[y.rows(s), part.C, part.value[s], part.ld, y.value[s] + at, y.ld, 0],
        ]);
      }
    },
    backward: () => {
      shop.ready(y);
      for (const { part, at } of parts) {
        if (!part.hasGradient) continue;
        shop.ready(part);
        shop.each(y, 'copyColumns', (s) => [
          ...[y.rows(s), part.C, y.gradient[s] + at, y.ld, part.gradient[s], part.ld, 1],
        ]);
      }
    },
  };
}

export function slice(shop: Workshop, source: Sequence, first: number, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  return moving(shop, y, [{ from: x, fromStep: first, to: y, toStep: 0, steps: y.T }]);
}

export function stack(shop: Workshop, sources: readonly Sequence[], target: Sequence): Kernel {
  const y = own(target);
  let step = 0;
  const moves = sources.map((source) => {
    const from = own(source);
    const move = { from, fromStep: 0, to: y, toStep: step, steps: from.T };
    step += from.T;
    return move;
  });
  return moving(shop, y, moves);
}

interface Move {
  readonly from: WasmSequence;
  readonly fromStep: number;
  readonly to: WasmSequence;
  readonly toStep: number;
  readonly steps: number;
}

/** Whole steps, copied forward and added back. */
function moving(shop: Workshop, y: WasmSequence, moves: readonly Move[]): Kernel {
  const place = ({ shards, ld }: WasmSequence, step: number, s: number): number =>
    4 * step * shards[s].rows * ld;
  return {
    forward: () => {
      for (const { from, fromStep, to, toStep, steps } of moves) {
        shop.each(y, 'copy', (s) => [
          place(from, steps, s) / 4,
          from.value[s] + place(from, fromStep, s),
          to.value[s] + place(to, toStep, s),
        ]);
      }
    },
    backward: () => {
      shop.ready(y);
      for (const { from, fromStep, to, toStep, steps } of moves) {
        if (!from.hasGradient) continue;
        shop.ready(from);
        shop.each(y, 'add', (s) => [
          place(from, steps, s) / 4,
          to.gradient[s] + place(to, toStep, s),
          from.gradient[s] + place(from, fromStep, s),
        ]);
      }
    },
  };
}

export function mean(shop: Workshop, source: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  const step = (s: number): number => y.floats(s);
  return {
    forward: () => {
      shop.each(y, 'fillZero', (s) => [step(s), y.value[s]]);
      for (let t = 0; t < x.T; t++) {
        shop.each(y, 'addScaled', (s) => [
          ...[step(s), 1 / x.T, x.value[s] + 4 * t * step(s), y.value[s]],
        ]);
      }
    },
    backward: () => {
      if (!x.hasGradient) return;
      shop.ready(y);
      shop.ready(x);
      for (let t = 0; t < x.T; t++) {
        shop.each(y, 'addScaled', (s) => [
          ...[step(s), 1 / x.T, y.gradient[s], x.gradient[s] + 4 * t * step(s)],
        ]);
      }
    },
  };
}

export function max(shop: Workshop, source: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  const places = shop.room(y, (s) => y.floats(s));
  return {
    forward: () => {
      shop.each(y, 'maxForward', (s) => [...[x.T, y.floats(s), x.value[s], y.value[s], places[s]]]);
    },
    backward: () => {
      if (!x.hasGradient) return;
      shop.ready(y);
      shop.ready(x);
      shop.each(y, 'maxBackward', (s) => [
        ...[x.T, y.floats(s), places[s], y.gradient[s], x.gradient[s]],
      ]);
    },
  };
}
