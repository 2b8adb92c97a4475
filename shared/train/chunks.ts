/**
 * Training chunks: windows of T rows drawn uniformly from a series, with the targets of every
 * horizon behind them, laid out time-major as the kernels want them.
 */
import type { Random } from '../math/prng.ts';

/** A series to learn from, row-major. */
export interface Series {
  readonly rows: number;
  /** u [rows, D] */
  readonly inputs: Float64Array;
  /** y [rows, K] */
  readonly targets: Float64Array;
  /** [rows, K]: 0 where a target was made up, since nothing was measured; absent: none was. */
  readonly measured?: Uint8Array;
  readonly D: number;
  readonly K: number;
}

export type SeriesData = Omit<Series, 'D' | 'K'>;

export interface ChunkShape {
  /** Steps of a chunk. */
  readonly T: number;
  /** Chunks in a batch. */
  readonly B: number;
  /** First steps whose loss does not count: the state has not settled. */
  readonly warmup: number;
  readonly horizons: readonly number[];
}

/** T and warm-up that fit into a short range: T ≤ max(8, (rows − h_max)/2), warm-up ≤ T/3. */
export function fitShape(rows: number, shape: ChunkShape): ChunkShape {
  const reach = Math.max(...shape.horizons);
  const T = Math.min(shape.T, Math.max(8, Math.floor((rows - reach) / 2)));
  if (rows < T + reach) {
    throw new RangeError(
      `The training range has ${rows} rows; at least ${8 + reach} are needed for forecasts of ` +
        `${reach} steps. Choose a longer range.`,
    );
  }
  return { ...shape, T, warmup: Math.min(shape.warmup, Math.floor(T / 3)) };
}

/** One batch as the kernels want it. */
export interface Batch {
  /** [T, B, D] */
  readonly x: Float64Array;
  /** What the network shall give, [T', B, K]. */
  readonly target: Float64Array;
  /** What each target counts, [T', B, K]; empty where the targets weigh themselves. */
  readonly weight: Float64Array;
}

/** Memory for one batch, to be filled again and again. */
export function createBatch(series: Series, shape: ChunkShape): Batch {
  const N = shape.T * shape.B;
  const outputs = N * shape.horizons.length * series.K;
  return {
    x: new Float64Array(N * series.D),
    target: new Float64Array(outputs),
    weight: new Float64Array(outputs),
  };
}

/**
 * Fills the batch with the chunks that begin at these rows. Targets are y_{t+h} − y_t, [T, B,
 * horizons, K]; the loss is their mean over the steps after the warm-up, left out where y_{t+h} was
 * not measured or is NaN.
 */
export function fillBatch(
  batch: Batch,
  series: Series,
  shape: ChunkShape,
  starts: readonly number[],
): void {
  const { D, K, measured } = series;
  const { T, B, horizons } = shape;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const row = starts[b] + t;
      const i = t * B + b;
      batch.x.set(series.inputs.subarray(row * D, (row + 1) * D), i * D);
      for (let j = 0; j < horizons.length; j++) {
        for (let k = 0; k < K; k++) {
          const now = series.targets[row * K + k];
          const at = (row + horizons[j]) * K + k;
          const ahead = measured?.[at] === 0 ? NaN : series.targets[at];
          batch.target[(i * horizons.length + j) * K + k] = ahead - now;
        }
      }
    }
  }
  weigh(batch, Math.min(shape.warmup, T - 1) * (batch.target.length / T));
}

/** Equal weights of sum 1 from the first target that counts on; a NaN target counts nothing. */
function weigh({ target, weight }: Batch, first: number): void {
  let counted = 0;
  for (let i = first; i < target.length; i++) if (!Number.isNaN(target[i])) counted++;
  for (let i = 0; i < target.length; i++) {
    const counts = i >= first && !Number.isNaN(target[i]);
    weight[i] = counts ? 1 / counted : 0;
    if (!counts) target[i] = 0;
  }
}

/** B starts drawn uniformly from the rows lo..hi−1, so that no chunk or target leaves them. */
export function drawStarts(random: Random, lo: number, hi: number, shape: ChunkShape): number[] {
  const last = hi - shape.T - Math.max(...shape.horizons);
  return Array.from({ length: shape.B }, () => lo + random.integer(last - lo + 1));
}
