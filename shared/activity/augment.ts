/**
 * The same movement with the sensor worn a little differently: one random rotation of every triplet
 * by Euler angles N(0, σ), a gain of 1 + 0.05 N for all, and noise on every scaled value.
 */
import type { Random } from '../math/prng.ts';

const ROTATION = 0.3;
const GAIN = 0.05;
const NOISE = 0.02;
/** Noise is drawn once and read from random places, as drawing it anew would take longest. */
const NOISE_COUNT = 1 << 16;

/** Per feature, over the training windows. */
export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Where a window goes in a batch: feature f of sample t at `first + t · stride + f`. */
export interface WindowTarget {
  readonly out: Float64Array;
  readonly first: number;
  readonly stride: number;
}

export type Augment = (window: Float32Array, to: WindowTarget, random: Random) => void;

/** Scales a window [T, F] as it is. */
export function scaleWindow(
  window: Float32Array,
  { mean, deviation }: Scale,
  { out, first, stride }: WindowTarget,
): void {
  const F = mean.length;
  for (let t = 0, at = first; t * F < window.length; t++, at += stride) {
    for (let f = 0; f < F; f++) out[at + f] = (window[t * F + f] - mean[f]) / deviation[f];
  }
}

/** Scales a window that has been varied. `triplets`: the first features of all triplets. */
export function createAugment(scale: Scale, triplets: readonly number[], random: Random): Augment {
  const F = scale.mean.length;
  const noise = Float64Array.from({ length: NOISE_COUNT }, () => NOISE * random.normal());
  return (window, to, drawn) => {
    const R = rotation(drawn);
    const gain = 1 + GAIN * drawn.normal();
    const varied = window.map((value) => gain * value);
    for (let at = 0; at < varied.length; at += F) {
      for (const first of triplets) turn(varied, at + first, R);
    }
    scaleWindow(varied, scale, to);
    let next = drawn.integer(NOISE_COUNT);
    for (let t = 0, at = to.first; t * F < window.length; t++, at += to.stride) {
      for (let f = 0; f < F; f++) to.out[at + f] += noise[next++ & (NOISE_COUNT - 1)];
    }
  };
}

/** R = R_x R_y R_z, row-major. */
function rotation(random: Random): readonly number[] {
  const [a, b, c] = [0, 0, 0].map(() => ROTATION * random.normal());
  const [cx, cy, cz] = [Math.cos(a), Math.cos(b), Math.cos(c)];
  const [sx, sy, sz] = [Math.sin(a), Math.sin(b), Math.sin(c)];
  return [
    ...[cy * cz, -cy * sz, sy],
    ...[sx * sy * cz + cx * sz, cx * cz - sx * sy * sz, -sx * cy],
    ...[sx * sz - cx * sy * cz, cx * sy * sz + sx * cz, cx * cy],
  ];
}

function turn(values: Float32Array, first: number, R: readonly number[]): void {
  const [x, y, z] = [values[first], values[first + 1], values[first + 2]];
  for (let k = 0; k < 3; k++) {
    values[first + k] = R[3 * k] * x + R[3 * k + 1] * y + R[3 * k + 2] * z;
  }
}
