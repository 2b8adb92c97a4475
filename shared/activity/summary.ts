/**
 * What a window looks like, in few numbers that need no training: of every scaled feature its mean,
 * the log of its deviation and of its mean step; and how the channels go together.
 *
 *   m_f,   ln(ε + s_f),   ln(ε + mean |x_t − x_{t−1}|),   r_fg for channels f > g
 */
import { mean } from '../math/stats.ts';
import { scaleWindow, type Scale } from './augment.ts';

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
  const x = new Float64Array(window.length);
  scaleWindow(window, scale, { out: x, first: 0, stride: F });
  const centred = Array.from({ length: F }, (_, f) => {
    const column = Float64Array.from({ length: T }, (_, t) => x[t * F + f]);
    const around = mean(column);
    return { around, offset: column.map((value) => value - around) };
  });
  const spread = centred.map(({ offset }) => Math.sqrt(dot(offset, offset) / T));
  const out = new Float64Array(summarySize(F, channels));
  centred.forEach(({ around, offset }, f) => {
    let steps = 0;
    for (let t = 1; t < T; t++) steps += Math.abs(offset[t] - offset[t - 1]);
    out[f] = around;
    out[F + f] = Math.log(STILL + spread[f]);
    out[2 * F + f] = Math.log(STILL + steps / Math.max(1, T - 1));
  });
  pairsOf(channels).forEach(([f, g], i) => {
    const both = dot(centred[f].offset, centred[g].offset) / T;
    out[3 * F + i] = both / Math.max(spread[f] * spread[g], STILL ** 3);
  });
  return out;
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
