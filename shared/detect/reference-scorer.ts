/**
 * Reference mode: judged against a given normal range, all channels together.
 *
 *   G_t  mean over 30 rows of the mean over channels and horizons of squash₄|(e − ē)/σ_e|
 *   T_t  = √(q' C⁻¹ q), q the mean over 10 rows of squashed standardised channels (Hotelling 1931),
 *          C = 0.95 cov + 0.05 max(tr(cov)/d, 0.2) I
 *   P_t  = max over channels of |e_1 − ē_1|/σ, over its highest value in training
 *   S_t  = max((G_t/q99(G) + ½ T_t/q99(T))/1.5, 0.7 P_t), quantiles over the training rows,
 *          q99(G) no less over those of them that the forecaster has not learnt from
 *
 * G and T see what lasts; P sees a spike of one row, from twice the worst of training on. Where
 * values are missing, all three are of the channels that have one, T also of those that had one
 * lately: q is of measured values alone.
 */
import { cholesky, covariance, mahalanobisSquared } from '../math/cholesky.ts';
import { leaveOut, marginalSquared, type LeftOut } from '../math/marginal.ts';
import { gaussTailScore, mean, quantile, standardDeviation } from '../math/stats.ts';
import { squash } from '../normalise/squash.ts';
import { add, createRollingMean, current, type RollingMean } from '../window/rolling-mean.ts';
import { residual, dueForecast, type ForecastState } from './forecast-stage.ts';
import type { Calibration, Scorer } from './scorer.ts';
import type { Recipe } from './recipe.ts';

type ReferenceRecipe = Recipe['reference'];

/** A training without noise would make a spike of everything. */
const SPIKE_DEVIATIONS_MIN = 4;
/** Mean variance of q at least, so that what never moved may move a little. */
const VARIANCE_MIN = 0.2;
/** G of a clockwork signal is far below that of noise; it may rise so far before it counts. */
const SCALE_G_MIN = 0.5;
/** A training in which nothing ever moves counts as if it scored this much. */
const STILL_SCORE = 0.5;
/** Below this share of a channel's scale residuals are noise of a flat or clockwork signal. */
const RESIDUAL_MIN = 0.02;
/** The band shown around forecasts: this share of training residuals lies inside. */
const BAND_QUANTILE = 0.99;
/** The first rows of training are left out of the quantiles: windows and state still fill. */
const SETTLED_ROW = 50;
/** A channel without a value for no longer than this, or than ever in training, still counts. */
const SILENT_ROWS_MIN = 3;
/** Rows are judged by at least this share of the channels, */
const SPEAKING_SHARE_MIN = 0.5;
/** and if what leaving the others out costs, channels² for each of them, is no more than this. */
const LEAVE_OUT_MAX = 5e7;
const NEAR = 0;

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Learnt from the training rows, constant afterwards. */
interface Normal {
  readonly residuals: readonly (readonly Moments[])[];
  readonly values: readonly Moments[];
  /** Means of q over training. */
  readonly centre: readonly number[];
  readonly factor: Float64Array;
  /** Rows without a value that each channel may have. */
  readonly silent: readonly number[];
  readonly scaleG: number;
  readonly scaleT: number;
  readonly scaleP: number;
  /** Per channel: the middle 99 % of the training values, and of the one-step residuals' size. */
  readonly low: readonly number[];
  readonly top: readonly number[];
  readonly halfWidth: readonly number[];
}

interface ReferenceState {
  normal: Normal | null;
  g: RollingMean;
  q: RollingMean[];
  /** Rows without a value, while others had one, by channel. */
  silent: number[];
}

export function createReferenceScorer(
  channels: number,
  { reference: recipe, forecaster }: Recipe,
): Scorer {
  const far = forecaster.horizons.length - 1;
  let state = createState(channels, recipe);
  let distance = createDistance();
  return {
    calibrate: (calibration) => {
      state = createState(channels, recipe);
      distance = createDistance();
      const { normal, scores } = fitNormal(state, calibration, recipe);
      state.normal = normal;
      return scores;
    },
    score: (values, forecast, reading) => {
      const normal = state.normal!;
      reading.provisional = false;
      reading.score = reading.byLevel = reading.byForecast = NaN;
      reading.own.fill(0);
      if (!values.some(Number.isFinite)) return;
      listen(state, values);
      const q = smoothQ(state, normal, values, recipe);
      const level = distance(normal, q, state.silent);
      if (level === null) return;
      const g = smoothG(state, residualTerm(normal, values, forecast, recipe));
      const spike = spikeOf(normal.residuals, (k) => residual(forecast, values[k], NEAR, k));
      const { spikeWeight } = recipe;
      const s = Math.max(combine(normal, g, level, recipe), (spikeWeight * spike) / normal.scaleP);
      reading.score = s;
      reading.byLevel = level / normal.scaleT;
      reading.byForecast = g / normal.scaleG;
      values.forEach((x, k) => {
        reading.expectedLow[k] = reading.expectedHigh[k] = NaN;
        if (!Number.isFinite(x)) return;
        const due = dueForecast(forecast, far, k);
        const inside = x >= normal.low[k] && x <= normal.top[k];
        const z = normal.residuals[k][far];
        const width = 3 * z.deviation * forecast.firstScales[k];
        reading.own[k] = gaussTailScore(q[k]);
        reading.halfWidth[k] = normal.halfWidth[k];
        reading.expectedLow[k] = inside && Number.isFinite(due) ? due - width : normal.low[k];
        reading.expectedHigh[k] = inside && Number.isFinite(due) ? due + width : normal.top[k];
      });
    },
    state: () => state,
    restore: (saved) => {
      state = saved as ReferenceState;
      distance = createDistance();
    },
  };
}

function createState(
  channels: number,
  { residualRows, levelRows }: ReferenceRecipe,
): ReferenceState {
  return {
    normal: null,
    g: createRollingMean(residualRows),
    q: Array.from({ length: channels }, () => createRollingMean(levelRows)),
    silent: new Array<number>(channels).fill(0),
  };
}

function listen({ silent }: ReferenceState, values: ArrayLike<number>): void {
  for (let k = 0; k < silent.length; k++)
    silent[k] = Number.isFinite(values[k]) ? 0 : silent[k] + 1;
}

function momentsOf(values: Float64Array): Moments {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { mean: 0, deviation: 1 };
  const average = mean(finite);
  const deviation = standardDeviation(finite, average);
  if (deviation >= 1e-9) return { mean: average, deviation };
  const magnitude = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean: average, deviation: Math.max(1e-3, 0.05 * magnitude) };
}

/** Residuals on a flat or clockwork signal are float noise: nothing is far in terms of that. */
function residualMoments(residuals: Float64Array): Moments {
  const { mean: centre, deviation } = momentsOf(residuals);
  return { mean: centre, deviation: Math.max(RESIDUAL_MIN, deviation) };
}

/** Runs the training rows through the very stages of live rows, then reads off the scales. */
function fitNormal(
  state: ReferenceState,
  { rows, fitRows, values, residuals, scales }: Calibration,
  recipe: ReferenceRecipe,
): { normal: Normal; scores: Float64Array } {
  const moments = {
    residuals: residuals.map((horizons) => horizons.map(residualMoments)),
    values: values.map(momentsOf),
  };
  const [g, p, t] = [0, 0, 0].map(() => new Float64Array(rows).fill(NaN));
  const silent = values.map(() => SILENT_ROWS_MIN);
  const judged: number[] = [];
  const q: number[][] = [];
  for (let row = 0; row < rows; row++) {
    const x = Float64Array.from(values, (column) => column[row]);
    if (!x.some(Number.isFinite)) continue;
    const e = residuals.map((horizons) => horizons.map((column) => column[row]));
    listen(state, x);
    state.silent.forEach((run, k) => (silent[k] = Math.max(silent[k], run)));
    g[row] = smoothG(state, meanResidual(moments.residuals, x, e, recipe));
    p[row] = spikeOf(moments.residuals, (k) => e[k][NEAR]);
    q.push(smoothQ(state, moments, x, recipe));
    judged.push(row);
  }
  const columns = values.map((_, k) => Float64Array.from(q, (of) => of[k]));
  const centre = columns.map((column) => mean(column));
  const factor = cholesky(
    shrink(covariance(columns, centre), centre.length, recipe),
    centre.length,
  );
  judged.forEach((row, i) => (t[row] = hotelling({ centre, factor }, q[i])));
  const settled = (column: Float64Array): Float64Array =>
    column.subarray(Math.min(SETTLED_ROW, rows >> 1));
  const q99 = (column: Float64Array): number => {
    const known = column.filter(Number.isFinite);
    return known.length === 0 ? 0 : quantile(known, recipe.trainQuantile);
  };
  // What a forecaster has learnt from it forecasts too well; rows it has not seen are as live ones.
  const scaleG = Math.max(q99(settled(g)), q99(g.subarray(fitRows)), SCALE_G_MIN);
  const scaleT = Math.max(q99(settled(t)), 1);
  const worst = settled(p).reduce((most, value) => (value > most ? value : most), 0);
  const scaleP = Math.max(worst, SPIKE_DEVIATIONS_MIN);
  const scores = g.map((value, row) => {
    const steady = combine({ scaleG, scaleT }, value, t[row], recipe);
    return Math.max(steady, (recipe.spikeWeight * p[row]) / scaleP);
  });
  const normal = {
    ...moments,
    centre,
    factor,
    silent,
    scaleG,
    scaleT,
    scaleP,
    low: values.map((column) => quantile(column.filter(Number.isFinite), 0.005)),
    top: values.map((column) => quantile(column.filter(Number.isFinite), 0.995)),
    halfWidth: residuals.map((horizons, k) => {
      const near = horizons[NEAR].filter(Number.isFinite).map(Math.abs);
      return near.length === 0 ? NaN : quantile(near, BAND_QUANTILE) * scales[k];
    }),
  };
  const isStill = q99(settled(scores)) < STILL_SCORE;
  return { normal, scores: isStill ? scores.fill(STILL_SCORE) : scores };
}

/** C = 0.95 cov + 0.05 max(tr(cov)/d, 0.2) I: invertible with few rows and idle channels. */
function shrink(cov: Float64Array, d: number, { shrinkage }: ReferenceRecipe): Float64Array {
  let trace = 0;
  for (let i = 0; i < d; i++) trace += cov[i * d + i];
  const c = cov.map((value) => (1 - shrinkage) * value);
  const ridge = shrinkage * Math.max(trace / d, VARIANCE_MIN);
  for (let i = 0; i < d; i++) c[i * d + i] += ridge;
  return c;
}

/**
 * Mean over channels with a value and horizons of squash₄|(e − ē)/σ_e|; forecasts not due count as
 * e = 0.
 */
function meanResidual(
  moments: readonly (readonly Moments[])[],
  x: Float64Array,
  e: number[][],
  recipe: ReferenceRecipe,
): number {
  let sum = 0;
  let known = 0;
  moments.forEach((horizons, k) => {
    if (!Number.isFinite(x[k])) return;
    known++;
    horizons.forEach((m, h) => {
      const value = Number.isFinite(e[k][h]) ? e[k][h] : 0;
      sum += squash(Math.abs(value - m.mean) / m.deviation, recipe.squash);
    });
  });
  return sum / (known * moments[0].length);
}

/** The largest one-step residual of a row, in deviations. */
function spikeOf(
  moments: readonly (readonly Moments[])[],
  residualOf: (channel: number) => number,
): number {
  let most = 0;
  moments.forEach((horizons, k) => {
    const { mean: centre, deviation } = horizons[NEAR];
    const size = Math.abs(residualOf(k) - centre) / deviation;
    if (size > most) most = size;
  });
  return most;
}

function residualTerm(
  normal: Normal,
  values: Float64Array,
  forecast: ForecastState,
  recipe: ReferenceRecipe,
): number {
  const e = normal.residuals.map((horizons, k) =>
    horizons.map((_, h) => residual(forecast, values[k], h, k)),
  );
  return meanResidual(normal.residuals, values, e, recipe);
}

function smoothG(state: ReferenceState, value: number): number {
  add(state.g, value);
  return current(state.g);
}

function smoothQ(
  state: ReferenceState,
  { values: moments }: Pick<Normal, 'values'>,
  x: Float64Array,
  recipe: ReferenceRecipe,
): number[] {
  return state.q.map((rolling, k) => {
    if (Number.isFinite(x[k])) {
      add(rolling, squash((x[k] - moments[k].mean) / moments[k].deviation, recipe.squash));
    }
    return current(rolling);
  });
}

function hotelling({ centre, factor }: Pick<Normal, 'centre' | 'factor'>, q: number[]): number {
  const centred = q.map((value, k) => value - centre[k]);
  return Math.sqrt(mahalanobisSquared(factor, centred, centred.length));
}

type Distance = (normal: Normal, q: number[], silent: readonly number[]) => number | null;

/** T of the channels that speak; null where too few do. Remembers whom it left out last. */
function createDistance(): Distance {
  let left: LeftOut = { at: [], columns: [], factor: new Float64Array() };
  return (normal, q, silent) => {
    const n = q.length;
    const quiet = [...q.keys()].filter((k) => silent[k] > normal.silent[k]);
    if (quiet.length === 0) return hotelling(normal, q);
    const isTooMany = quiet.length > (1 - SPEAKING_SHARE_MIN) * n;
    if (isTooMany || quiet.length * n * n > LEAVE_OUT_MAX) return null;
    const isSame = quiet.length === left.at.length && quiet.every((k, i) => k === left.at[i]);
    if (!isSame) left = leaveOut(normal.factor, quiet, n);
    const centred = q.map((value, k) => value - normal.centre[k]);
    return Math.sqrt(marginalSquared(normal.factor, left, centred, n));
  };
}

function combine(
  { scaleG, scaleT }: Pick<Normal, 'scaleG' | 'scaleT'>,
  g: number,
  t: number,
  { levelWeight }: ReferenceRecipe,
): number {
  return (g / scaleG + (levelWeight * t) / scaleT) / (1 + levelWeight);
}
