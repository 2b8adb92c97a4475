/**
 * What a window looks like, in few numbers that need no training: of every scaled feature its mean,
 * the log of its deviation and of its mean step; and how the channels go together.
 *
 *   m_f,   ln(ε + s_f),   ln(ε + mean |x_t − x_{t−1}|),   r_fg for channels f > g
 */
import type { Scale } from './augment.ts';

/** Of the scaled features: less than this is stillness. */
const STILL = 1e-3;
/** Pairs are told of so many channels; of more there would be more pairs than windows. */
const PAIRED_CHANNELS_MAX = 8;

export function summarySize(F: number, channels: number): number {
  return 3 * F + pairsOf(channels).length;
}

/** [S] of a window of features [T, F], of which the first are the channels. */
export function summaryOf(window: Float32Array, scale: Scale, channels: number): Float64Array {
  const F = scale.mean.length;
  const T = window.length / F;
  const out = new Float64Array(summarySize(F, channels));
  // Offsets from the means, feature by feature [F][T].
  const offsets: Float64Array[] = [];
  for (let f = 0; f < F; f++) {
    const { offset, around, steps } = centred(window, f, T, scale);
    out[f] = around;
    out[F + f] = Math.sqrt(dot(offset, offset) / T);
    out[2 * F + f] = Math.log(STILL + steps / Math.max(1, T - 1));
    offsets.push(offset);
  }
  pairsOf(channels).forEach(([f, g], i) => {
    const both = dot(offsets[f], offsets[g]) / T;
    out[3 * F + i] = both / Math.max(out[F + f] * out[F + g], STILL ** 3);
  });
  for (let f = 0; f < F; f++) out[F + f] = Math.log(STILL + out[F + f]);
  return out;
}

/** One scaled feature of a window: its mean, offsets from it [T], and the sum of its steps. */
function centred(window: Float32Array, f: number, T: number, { mean, deviation }: Scale) {
  const F = mean.length;
  const offset = new Float64Array(T);
  let [sum, steps] = [0, 0];
  for (let t = 0; t < T; t++) {
    offset[t] = (window[t * F + f] - mean[f]) / deviation[f];
    sum += offset[t];
    if (t > 0) steps += Math.abs(offset[t] - offset[t - 1]);
  }
  const around = sum / T;
  for (let t = 0; t < T; t++) offset[t] -= around;
  return { offset, around, steps };
}

function pairsOf(channels: number): (readonly [number, number])[] {
  if (channels > PAIRED_CHANNELS_MAX) return [];
  return Array.from({ length: channels }, (_, f) => f).flatMap((f) => {
    return Array.from({ length: f }, (_, g) => [f, g] as const);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t] * b[t];
  return sum;
}
