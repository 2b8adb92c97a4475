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
  readonly D: number;
  readonly K: number;
}

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

export interface ChunkBatch {
  /** [T, B, D] */
  readonly u: Float64Array;
  /** [T, B, K] */
  readonly y: Float64Array;
  /** y_{t+h}, [T, B, horizons, K] */
  readonly target: Float64Array;
}

/** Memory for one batch, to be filled again and again. */
export function createBatch(series: Series, shape: ChunkShape): ChunkBatch {
  const N = shape.T * shape.B;
  return {
    u: new Float64Array(N * series.D),
    y: new Float64Array(N * series.K),
    target: new Float64Array(N * shape.horizons.length * series.K),
  };
}

/** Fills the batch with the chunks that begin at these rows. */
export function fillBatch(
  batch: ChunkBatch,
  series: Series,
  shape: ChunkShape,
  starts: readonly number[],
): void {
  const { D, K } = series;
  const { T, B, horizons } = shape;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const row = starts[b] + t;
      const i = t * B + b;
      batch.u.set(series.inputs.subarray(row * D, (row + 1) * D), i * D);
      batch.y.set(series.targets.subarray(row * K, (row + 1) * K), i * K);
      for (let j = 0; j < horizons.length; j++) {
        const ahead = row + horizons[j];
        const to = (i * horizons.length + j) * K;
        batch.target.set(series.targets.subarray(ahead * K, (ahead + 1) * K), to);
      }
    }
  }
}

/** B starts drawn uniformly from the rows lo..hi−1, so that no chunk or target leaves them. */
export function drawStarts(random: Random, lo: number, hi: number, shape: ChunkShape): number[] {
  const last = hi - shape.T - Math.max(...shape.horizons);
  return Array.from({ length: shape.B }, () => lo + random.integer(last - lo + 1));
}
