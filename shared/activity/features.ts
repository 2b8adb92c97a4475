/**
 * The channels a recogniser sees. Of a declared acceleration triplet it also gets what is left when
 * gravity is taken off; all are scaled to zero mean and unit deviation over the training windows.
 *
 *   g_t = g_{t−1} + α (a_t − g_{t−1}),   α = 1 − e^{−Δt / τ},   b_t = a_t − g_t
 */
import type { Recording } from './recording.ts';

/** τ of gravity's low pass: α = 0.04 at 50 Hz. */
const GRAVITY_MS = -20 / Math.log(1 - 0.04);

export interface ChannelPlan {
  /** Channels of the recording. */
  readonly channels: number;
  /** First channels of triplets x, y, z that turn together when a sensor is worn differently. */
  readonly triplets: readonly number[];
  /** First channel of the acceleration triplet among them; null when there is none. */
  readonly acceleration: number | null;
}

export function featureCount({ channels, acceleration }: ChannelPlan): number {
  return channels + (acceleration === null ? 0 : 3);
}

/** First features of all triplets: those declared, and acceleration without gravity. */
export function featureTriplets({ channels, triplets, acceleration }: ChannelPlan): number[] {
  return acceleration === null ? [...triplets] : [...triplets, channels];
}

/** Features sample by sample. */
export class GravityFilter {
  /** g of the last sample; null before the first and behind a sample that is not valid. */
  gravity: number[] | null;
  private readonly plan: ChannelPlan;
  private readonly α: number;

  constructor(plan: ChannelPlan, stepMs: number) {
    this.plan = plan;
    this.α = 1 - Math.exp(-stepMs / GRAVITY_MS);
    this.gravity = null;
  }

  /** [features] of a sample [channels]; zeros where it is not valid. */
  take(sample: ArrayLike<number>, isValid: boolean): Float32Array {
    const { channels, acceleration } = this.plan;
    const out = new Float32Array(featureCount(this.plan));
    if (!isValid) {
      this.gravity = null;
      return out;
    }
    for (let k = 0; k < channels; k++) out[k] = sample[k];
    if (acceleration === null) return out;
    const a = out.subarray(acceleration, acceleration + 3);
    this.gravity ??= Array.from(a);
    for (let k = 0; k < 3; k++) {
      this.gravity[k] += this.α * (a[k] - this.gravity[k]);
      out[channels + k] = a[k] - this.gravity[k];
    }
    return out;
  }
}

/** [n, features] of a recording; what was not valid is 0 and gravity starts anew behind it. */
export function featuresOf({ values, valid, stepMs }: Recording, plan: ChannelPlan): Float32Array {
  const F = featureCount(plan);
  const out = new Float32Array(valid.length * F);
  const filter = new GravityFilter(plan, stepMs);
  for (let i = 0; i < valid.length; i++) {
    const row = values.subarray(i * plan.channels, (i + 1) * plan.channels);
    out.set(filter.take(row, valid[i] === 1), i * F);
  }
  return out;
}
