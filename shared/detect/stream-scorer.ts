/**
 * Stream mode: every channel is scored by itself, and the row takes the loudest.
 */
import { dueForecast, residual } from './forecast-stage.ts';
import type { Calibration, Scorer } from './scorer.ts';
import { HORIZONS } from './spec.ts';
import { createStreamScore, scoreChannel, type StreamScore } from './stream-score.ts';

/** Values of history that a conformal score of 2.8, the default threshold, needs. */
const FULL_SCALE_ROWS = 630;
/** Residuals of the first rows still carry the empty state. */
const SETTLED_ROW = 16;
const FAR = HORIZONS.length - 1;
/**
 * A new model has seen what it forecast so far, and forecasts live rows less well: for so long its
 * errors are only taken in, and the level speaks alone.
 */
const NEW_MODEL_ROWS = 64;

interface StreamState {
  scores: StreamScore[];
}

export function createStreamScorer(): Scorer {
  let state: StreamState = { scores: [] };
  let scales: readonly number[] = [];
  const e = new Array<number>(HORIZONS.length).fill(0);
  return {
    calibrate: (calibration) => {
      scales = calibration.scales;
      state.scores = calibration.residuals.map((residuals) =>
        createStreamScore(residuals.map((column) => column.subarray(SETTLED_ROW))),
      );
      return replay(state, calibration);
    },
    score: (values, forecast, reading) => {
      let loudest = NaN;
      let speaker = 0;
      reading.byLevel = reading.byForecast = NaN;
      const isNew = forecast.rows - forecast.replayed < NEW_MODEL_ROWS;
      state.scores.forEach((channel, k) => {
        const x = values[k];
        reading.own[k] = 0;
        reading.expectedLow[k] = reading.expectedHigh[k] = NaN;
        if (!Number.isFinite(x)) return;
        for (let h = 0; h < e.length; h++) e[h] = residual(forecast, x, h, k);
        const scored = scoreChannel(channel, x, e, dueForecast(forecast, FAR, k), scales[k]);
        const wrong = isNew ? 0 : scored.forecast;
        const score = Math.max(scored.level, wrong);
        reading.own[k] = score;
        reading.byLevel = louder(reading.byLevel, scored.level);
        reading.byForecast = louder(reading.byForecast, wrong);
        reading.halfWidth[k] = scored.bandHalfWidth;
        reading.expectedLow[k] = scored.expectedLow;
        reading.expectedHigh[k] = scored.expectedHigh;
        if (score <= loudest) return;
        loudest = score;
        speaker = k;
      });
      reading.score = loudest;
      const { past } = state.scores[speaker].levelTail;
      reading.provisional = past.arrival.size < FULL_SCALE_ROWS;
    },
    state: () => ({ ...state, scales }),
    restore: (saved) => {
      const { scales: savedScales, ...rest } = saved as StreamState & { scales: number[] };
      state = rest;
      scales = savedScales;
    },
  };
}

const louder = (before: number, score: number): number => (score <= before ? before : score);

/** The training rows are history like any other, but never alarm. */
function replay(
  state: StreamState,
  { rows, values, residuals, scales }: Calibration,
): Float64Array {
  const scores = new Float64Array(rows).fill(NaN);
  for (let row = 0; row < rows; row++) {
    state.scores.forEach((channel, k) => {
      const x = values[k][row];
      if (!Number.isFinite(x)) return;
      const e = residuals[k].map((column) => column[row]);
      const { level, forecast } = scoreChannel(channel, x, e, NaN, scales[k]);
      scores[row] = louder(scores[row], Math.max(level, forecast));
    });
  }
  return scores;
}
