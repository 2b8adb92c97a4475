/**
 * Stream mode: every channel is scored by itself, and the row takes the loudest, less what the
 * loudest of so many is by chance.
 */
import { dueForecast, residual } from './forecast-stage.ts';
import type { Calibration, Scorer } from './scorer.ts';
import type { Recipe } from './recipe.ts';
import { createStreamScore, scoreChannel, type StreamScore } from './stream-score.ts';

/** Values of history that a conformal score of 2.8, the default threshold, needs. */
const FULL_SCALE_ROWS = 630;
/** Residuals of the first rows still carry the empty state. */
const SETTLED_ROW = 16;
/** The loudest of many channels is loud by chance: half of log10 of their number, up to sixteen. */
const CHANCE_SHARE = 0.5;
const CHANCE_CHANNELS_MAX = 16;

interface StreamState {
  scores: StreamScore[];
}

export function createStreamScorer({ stream: recipe, forecaster }: Recipe): Scorer {
  const far = forecaster.horizons.length - 1;
  let state: StreamState = { scores: [] };
  let scales: readonly number[] = [];
  const e = forecaster.horizons.map(() => 0);
  return {
    calibrate: (calibration) => {
      scales = calibration.scales;
      state.scores = calibration.residuals.map((residuals) =>
        createStreamScore(
          residuals.map((column) => column.subarray(SETTLED_ROW)),
          recipe,
        ),
      );
      return replay(state, calibration, recipe);
    },
    score: (values, forecast, reading) => {
      let loudest = NaN;
      let speaker = 0;
      reading.byLevel = reading.byForecast = NaN;
      const trust = forecast.rows < forecast.provenAt ? recipe.newModelTrust : 1;
      const chance = chanceOf(values.length);
      state.scores.forEach((channel, k) => {
        const x = values[k];
        reading.own[k] = 0;
        reading.expectedLow[k] = reading.expectedHigh[k] = NaN;
        if (!Number.isFinite(x)) return;
        for (let h = 0; h < e.length; h++) e[h] = residual(forecast, x, h, k);
        const due = dueForecast(forecast, far, k);
        const scored = scoreChannel(channel, { x, residuals: e, trust }, due, scales[k], recipe);
        const score = Math.max(scored.level, scored.forecast);
        reading.own[k] = score;
        reading.byLevel = louder(reading.byLevel, scored.level);
        reading.byForecast = louder(reading.byForecast, scored.forecast);
        reading.halfWidth[k] = scored.bandHalfWidth;
        reading.expectedLow[k] = scored.expectedLow;
        reading.expectedHigh[k] = scored.expectedHigh;
        if (score <= loudest) return;
        loudest = score;
        speaker = k;
      });
      reading.score = loudest - chance;
      const { past } = state.scores[speaker].levelTail;
      reading.provisional = past.arrival.size < FULL_SCALE_ROWS * 10 ** chance;
    },
    state: () => ({ ...state, scales }),
    restore: (saved) => {
      const { scales: savedScales, ...rest } = saved as StreamState & { scales: number[] };
      state = rest;
      scales = savedScales;
    },
  };
}

/** What the loudest of so many channels owes to their number. */
const chanceOf = (channels: number): number =>
  CHANCE_SHARE * Math.log10(Math.min(channels, CHANCE_CHANNELS_MAX));

const louder = (before: number, score: number): number => (score <= before ? before : score);

/** The training rows are history like any other, but never alarm. */
function replay(
  state: StreamState,
  { rows, values, residuals, scales }: Calibration,
  recipe: Recipe['stream'],
): Float64Array {
  const scores = new Float64Array(rows).fill(NaN);
  const chance = chanceOf(values.length);
  for (let row = 0; row < rows; row++) {
    state.scores.forEach((channel, k) => {
      const x = values[k][row];
      if (!Number.isFinite(x)) return;
      const e = residuals[k].map((column) => column[row]);
      const value = { x, residuals: e, trust: 1 };
      const { level, forecast } = scoreChannel(channel, value, NaN, scales[k], recipe);
      scores[row] = louder(scores[row], Math.max(level, forecast) - chance);
    });
  }
  return scores;
}
