/** Mean of the last n numbers by a running sum, summed afresh once a turn so as not to drift. */
import { createRing, push, type Ring } from './ring.ts';

const DROWNING = 1e9;

export interface RollingMean {
  readonly ring: Ring;
  sum: number;
}

export function createRollingMean(capacity: number): RollingMean {
  return { ring: createRing(capacity), sum: 0 };
}

export function add(rolling: RollingMean, value: number): void {
  const { ring } = rolling;
  const out = push(ring, value);
  rolling.sum += Number.isNaN(out) ? value : value - out;
  if (ring.next !== 0 && !(Math.abs(out) > DROWNING * Math.abs(rolling.sum))) return;
  rolling.sum = 0;
  for (let i = 0; i < ring.size; i++) rolling.sum += ring.values[i];
}

/** 0 while nothing is held. */
export function current({ ring, sum }: RollingMean): number {
  return ring.size === 0 ? 0 : sum / ring.size;
}
