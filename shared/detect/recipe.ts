/**
 * What the detection recipe fixes for all streams, and what was, or could have been, chosen by how
 * it did on benchmarks. The benchmark varies it, one thing at a time.
 */

export interface Recipe {
  /** What forecasts are made of; see `forecast-stage.ts`. */
  readonly forecaster: {
    /** H: GRU hidden units. */
    readonly hidden: number;
    /** h: rows ahead, ascending. */
    readonly horizons: readonly number[];
    /**
     * Channels up to which the forecaster has a skip. In wider streams its 6K² numbers cost more
     * than all else, and learn the noise of a short range by heart: held-out errors are lower
     * without.
     */
    readonly skipChannelsMax: number;
    /** k of squash_k on what it reads, and on what it is taught. */
    readonly inputSquash: number;
    readonly targetSquash: number;
    /** Reads z_t − z_{t−1} too. */
    readonly hasDifferences: boolean;
    /** Reads time of day and week, where rows have times. */
    readonly hasTimeFeatures: boolean;
  };
  /** When it is trained; see `schedule.ts`. */
  readonly training: {
    readonly rate: number;
    /** Trainings from scratch; those that follow go on from the weights before. */
    readonly fromScratch: number;
    /** Further trainings after the first. */
    readonly repeatsMax: number;
    /** A training looks back at most this far, rows. */
    readonly rowsMax: number;
    /** Between trainings once that many rows have come. */
    readonly everyRows: number;
    /** Of the first rows that is learnt from; the rest says how good forecasts really are. */
    readonly fitShare: number;
  };
  /** See `stream-score.ts`. */
  readonly stream: {
    /** Rows of the mean that the level is far from, and of the distances it is ranked among. */
    readonly levelRows: number;
    readonly rankRows: number;
    /** α of the EWMA of residuals. */
    readonly smoothing: number;
    /** Past values of a residual's tail, and the quantile from which it is a Pareto tail. */
    readonly tailRows: number;
    readonly tailQuantile: number;
    readonly tailScoreMax: number;
    readonly tails: readonly Tail[];
    readonly tailMean: TailMean;
    /** A new model has seen what it forecast so far, and forecasts live rows less well. */
    readonly newModelTrust: number;
  };
  /** See `reference-scorer.ts`. */
  readonly reference: {
    /** Rows that G and q are means over. */
    readonly residualRows: number;
    readonly levelRows: number;
    /** Longest cycle that residuals are averaged over too; 0: none. */
    readonly cycleRowsMax: number;
    /** Of T beside G, and of P. */
    readonly levelWeight: number;
    readonly spikeWeight: number;
    /** k of squash_k. */
    readonly squash: number;
    /** Of the covariance towards a ball. */
    readonly shrinkage: number;
    /** Of the training rows, at which G and T are 1. */
    readonly trainQuantile: number;
  };
  /** From scores to alarms; see `threshold/record-hold.ts` and `threshold/training-range.ts`. */
  readonly alarm: {
    /** An alarm beats all scores of so many rows by so much. */
    readonly holdRows: number;
    readonly holdMargin: number;
    /** One within so many rows of another is the same burst. */
    readonly burstRows: number;
    /** Whether the threshold gives way when the usual score has grown. */
    readonly gives: boolean;
    /** Bursts after which what they reach is known; Infinity: never. */
    readonly knownAfter: number;
  };
}

/** v16, b16 and vall of `stream-score.ts`. */
export type Tail = 'far' | 'bias' | 'all';
export type TailMean = 'mean' | 'root mean square' | 'highest';

export const RECIPE: Recipe = freeze<Recipe>({
  forecaster: {
    hidden: 32,
    horizons: [1, 4, 16],
    skipChannelsMax: 128,
    inputSquash: 4,
    targetSquash: 8,
    hasDifferences: true,
    hasTimeFeatures: true,
  },
  training: {
    rate: 3e-3,
    fromScratch: 2,
    repeatsMax: Infinity,
    rowsMax: 6000,
    everyRows: 3000,
    fitShare: 0.8,
  },
  stream: {
    levelRows: 8000,
    rankRows: 8000,
    smoothing: 0.2,
    tailRows: 4000,
    tailQuantile: 0.95,
    tailScoreMax: 3.5,
    tails: ['far', 'bias', 'all'],
    tailMean: 'root mean square',
    newModelTrust: 0.7,
  },
  reference: {
    residualRows: 30,
    levelRows: 10,
    cycleRowsMax: 256,
    levelWeight: 0.5,
    spikeWeight: 0.7,
    squash: 4,
    shrinkage: 0.05,
    trainQuantile: 0.99,
  },
  alarm: { holdRows: 200, holdMargin: 0.03, burstRows: 20, gives: true, knownAfter: 3 },
});

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part as object);
  return Object.freeze(value);
}
