/**
 * Reference mode: judged against a given normal range, all channels together.
 *
 *   G_t  mean over 30 rows of r, the mean over channels of Σ_h w_h squash₄|(e_h − ē_h)/σ_h|; w by
 *          `horizon-weights.ts`
 *   L_t  mean over one cycle of r, where most channels repeat themselves; else it is G_t
 *   F_t  = min(½(g + l), max(g, 1)),  g = G_t/q99(G), l = L_t/q99(L)
 *   T_t  = √(q' C⁻¹ q), q the mean over 10 rows of squashed standardised channels (Hotelling 1931),
 *          C = 0.95 cov + 0.05 max(tr(cov)/d, 0.2) I
 *   P_t  = max over channels of |e_1 − ē_1|/σ, over its highest value in training
 *   S_t  = max((F_t + ½ T_t/q99(T))/1.5, 0.7 P_t), quantiles over the training rows, of G and L no
 *          less over those of them that the forecaster has not learnt from
 *
 * F and T see what lasts. How wrong forecasts usually are varies within a cycle, and not over a
 * whole one; but once G is as usual again, L may not draw out what is over. P sees a spike of one
 * row, from twice the worst of training on. Where values are missing, all are of the channels that
 * have one, T also of those that had one lately: q is of measured values alone.
 */
import { cholesky, covariance, mahalanobisSquared } from '../math/cholesky.ts';
import { leaveOut, marginalSquared, type LeftOut } from '../math/marginal.ts';
import { gaussTailScore, mean, quantile } from '../math/stats.ts';
import { squash } from '../normalise/squash.ts';
import { add, createRollingMean, current, type RollingMean } from '../window/rolling-mean.ts';
import { residual, dueForecast, type ForecastState } from './forecast-stage.ts';
import { cycleRows } from './cycle.ts';
import { horizonWeights } from './horizon-weights.ts';
import { momentsOf, type Moments } from './moments.ts';
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

/** Learnt from the training rows, constant afterwards. */
interface Normal {
  readonly residuals: readonly (readonly Moments[])[];
  readonly values: readonly Moments[];
  /** Means of q over training. */
  readonly centre: readonly number[];
  readonly factor: Float64Array;
  /** Rows without a value that each channel may have. */
  readonly silent: readonly number[];
  /** w by horizon; their sum is 1. */
  readonly weights: readonly number[];
  readonly scaleG: number;
  readonly scaleL: number;
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
  l: RollingMean;
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
      const cycle = cycleRows(calibration.values, recipe.cycleRowsMax);
      state = createState(channels, recipe, cycle);
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
      const f = failing(
        normal,
        smoothResidual(state, residualTerm(normal, values, forecast, recipe)),
      );
      const spike = spikeOf(normal.residuals, (k) => residual(forecast, values[k], NEAR, k));
      const { spikeWeight } = recipe;
      const s = Math.max(
        combine(f, level / normal.scaleT, recipe),
        (spikeWeight * spike) / normal.scaleP,
      );
      reading.score = s;
      reading.byLevel = level / normal.scaleT;
      reading.byForecast = f;
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
  cycle = 0,
): ReferenceState {
  return {
    normal: null,
    g: createRollingMean(residualRows),
    l: createRollingMean(Math.max(residualRows, cycle)),
    q: Array.from({ length: channels }, () => createRollingMean(levelRows)),
    silent: new Array<number>(channels).fill(0),
  };
}

function listen({ silent }: ReferenceState, values: ArrayLike<number>): void {
  for (let k = 0; k < silent.length; k++)
    silent[k] = Number.isFinite(values[k]) ? 0 : silent[k] + 1;
}

/** Residuals on a flat or clockwork signal are float noise: nothing is far in terms of that. */
function residualMoments(residuals: Float64Array): Moments {
  const { mean: centre, deviation } = momentsOf(residuals);
  return { mean: centre, deviation: Math.max(RESIDUAL_MIN, deviation) };
}

/** Runs the training rows through the very stages of live rows, then reads off the scales. */
function fitNormal(
  state: ReferenceState,
  calibration: Calibration,
  recipe: ReferenceRecipe,
): { normal: Normal; scores: Float64Array } {
  const { rows, fitRows, values, residuals, scales } = calibration;
  const moments = {
    residuals: residuals.map((horizons) => horizons.map(residualMoments)),
    values: values.map(momentsOf),
    weights: horizonWeights(calibration),
  };
  const [g, l, p, t] = [0, 0, 0, 0].map(() => new Float64Array(rows).fill(NaN));
  const silent = values.map(() => SILENT_ROWS_MIN);
  const judged: number[] = [];
  const q: number[][] = [];
  for (let row = 0; row < rows; row++) {
    const x = Float64Array.from(values, (column) => column[row]);
    if (!x.some(Number.isFinite)) continue;
    const e = residuals.map((horizons) => horizons.map((column) => column[row]));
    listen(state, x);
    state.silent.forEach((run, k) => (silent[k] = Math.max(silent[k], run)));
    [g[row], l[row]] = smoothResidual(state, meanResidual(moments, x, e, recipe));
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
  const [scaleG, scaleL] = [g, l].map((column) =>
    Math.max(q99(settled(column)), q99(column.subarray(fitRows)), SCALE_G_MIN),
  );
  const scaleT = Math.max(q99(settled(t)), 1);
  const worst = settled(p).reduce((most, value) => (value > most ? value : most), 0);
  const scaleP = Math.max(worst, SPIKE_DEVIATIONS_MIN);
  const scores = g.map((value, row) => {
    const steady = combine(failing({ scaleG, scaleL }, [value, l[row]]), t[row] / scaleT, recipe);
    return Math.max(steady, (recipe.spikeWeight * p[row]) / scaleP);
  });
  const normal = {
    ...moments,
    centre,
    factor,
    silent,
    scaleG,
    scaleL,
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
 * Mean over channels with a value of Σ w_h squash₄|(e − ē)/σ_e|; forecasts not due count as e = 0.
 */
function meanResidual(
  { residuals: moments, weights }: Pick<Normal, 'residuals' | 'weights'>,
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
      sum += weights[h] * squash(Math.abs(value - m.mean) / m.deviation, recipe.squash);
    });
  });
  return sum / known;
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
  return meanResidual(normal, values, e, recipe);
}

/** G and L */
function smoothResidual({ g, l }: ReferenceState, value: number): [number, number] {
  add(g, value);
  add(l, value);
  return [current(g), current(l)];
}

/** F */
function failing(
  { scaleG, scaleL }: Pick<Normal, 'scaleG' | 'scaleL'>,
  [g, l]: readonly [number, number],
): number {
  const short = g / scaleG;
  return Math.min(0.5 * (short + l / scaleL), Math.max(short, 1));
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

/** Both are 1 at the 99 % quantile of training. */
function combine(f: number, t: number, { levelWeight }: ReferenceRecipe): number {
  return (f + levelWeight * t) / (1 + levelWeight);
}
