/**
 * Stream mode, one channel: is its level rare, and are the forecasts wrong?
 *
 *   a_t = |x_t − mean of the last 8000|,  l_t conformal score of a_t
 *   v16 = EWMA(|e_16|),  b16 = |EWMA(e_16)|,  vall = EWMA(mean_h |e_h|/σ_h) · mean_h σ_h
 *   r_t = root mean square of the POT tail scores of v16, b16 and vall,  s_t = max(l_t, r_t)
 *
 * v16 sees forecasts that are wrong, b16 those wrong to one side for long, vall any horizon.
 */
import { highQuantile, mean, quantileSorted } from '../math/stats.ts';
import { createRing, push, type Ring } from '../window/ring.ts';
import { add, createRollingMean, current, type RollingMean } from '../window/rolling-mean.ts';
import { conformalScore, createConformal, pastQuantile, type Conformal } from './conformal.ts';
import { createPotTail, potScore, type PotTail } from './pot-tail.ts';
import { RECIPE, type Recipe } from './recipe.ts';

type StreamRecipe = Recipe['stream'];

/** Residuals below this share of the channel's scale are float noise on flat signals. */
const RESIDUAL_MIN = 0.02;
const MAD_OF_NORMAL = 1.4826;
/** The band shown around forecasts: this share of recent residuals lies inside. */
const BAND_QUANTILE = 0.99;
const BAND_ROWS = 1000;
const BAND_REFIT_EVERY = 50;

export interface StreamScore {
  readonly level: RollingMean;
  readonly levelTail: Conformal;
  readonly farTail: PotTail;
  readonly biasTail: PotTail;
  readonly allTail: PotTail;
  /** σ_h from the training residuals. */
  readonly sigma: readonly number[];
  farSmooth: number;
  biasSmooth: number;
  allSmooth: number;
  readonly near: Band;
  readonly far: Band;
}

/** A running quantile of |residual|, refreshed now and then. */
interface Band {
  readonly past: Ring;
  seen: number;
  halfWidth: number;
}

const createBand = (): Band => ({ past: createRing(BAND_ROWS), seen: 0, halfWidth: NaN });

/** σ_h = max(0.02, 1.4826·median|e_h|, mean|e_h|); residuals are [horizon][rows 16..p). */
export function createStreamScore(
  trainResiduals: readonly Float64Array[],
  { levelRows, rankRows, tailRows }: StreamRecipe = RECIPE.stream,
): StreamScore {
  const sigma = trainResiduals.map((residuals) => {
    const sorted = residuals.filter(Number.isFinite).map(Math.abs).sort();
    if (sorted.length === 0) return RESIDUAL_MIN;
    return Math.max(RESIDUAL_MIN, MAD_OF_NORMAL * quantileSorted(sorted, 0.5), mean(sorted));
  });
  return {
    level: createRollingMean(levelRows),
    levelTail: createConformal(rankRows),
    farTail: createPotTail(tailRows),
    biasTail: createPotTail(tailRows),
    allTail: createPotTail(tailRows),
    sigma,
    farSmooth: NaN,
    biasSmooth: NaN,
    allSmooth: NaN,
    near: createBand(),
    far: createBand(),
  };
}

export interface ChannelScore {
  /** l_t and r_t; the score s_t is the higher one. */
  readonly level: number;
  readonly forecast: number;
  /** Half width of the band around the one-step forecast, original units. */
  readonly bandHalfWidth: number;
  /** What was expected, by the term that spoke loudest. */
  readonly expectedLow: number;
  readonly expectedHigh: number;
}

export interface ChannelValue {
  /** Finite. */
  readonly x: number;
  /** e_h in units of s₀; NaN where no forecast was due. */
  readonly residuals: readonly number[];
  /** How much of its errors the forecaster is held to, 0–1. */
  readonly trust: number;
}

/** One value, with the far forecast in original units. */
export function scoreChannel(
  state: StreamScore,
  { x, residuals, trust }: ChannelValue,
  farForecast: number,
  scale: number,
  recipe: StreamRecipe = RECIPE.stream,
): ChannelScore {
  const average = current(state.level);
  const reach = pastQuantile(state.levelTail, BAND_QUANTILE);
  const level = conformalScore(state.levelTail, Math.abs(x - average));
  add(state.level, x);
  const forecast = residualScore(state, residuals, trust, recipe);
  const farHalfWidth = state.far.halfWidth * scale;
  const byLevel = level >= forecast || !Number.isFinite(farForecast + farHalfWidth);
  const [centre, halfWidth] = byLevel ? [average, reach] : [farForecast, farHalfWidth];
  const bandHalfWidth = state.near.halfWidth * scale;
  widen(state.near, Math.abs(residuals[0]));
  widen(state.far, Math.abs(residuals[residuals.length - 1]));
  return {
    level,
    forecast,
    bandHalfWidth,
    expectedLow: centre - halfWidth,
    expectedHigh: centre + halfWidth,
  };
}

/** r_t; residuals not yet due count as 0. */
function residualScore(
  state: StreamScore,
  residuals: readonly number[],
  trust: number,
  recipe: StreamRecipe,
): number {
  const { sigma } = state;
  const smooth = (before: number, value: number): number =>
    Number.isNaN(before) ? value : before + recipe.smoothing * (value - before);
  const e = residuals.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0));
  const shared = mean(e.map((value, h) => value / sigma[h]));
  const far = residuals[residuals.length - 1];
  state.farSmooth = smooth(state.farSmooth, e[e.length - 1]);
  state.biasSmooth = smooth(state.biasSmooth, Number.isFinite(far) ? far : 0);
  state.allSmooth = smooth(state.allSmooth, shared * mean(sigma));
  const tailOf = (tail: PotTail, v: number): number => {
    const score = potScore(tail, v, trust * v, recipe.tailQuantile);
    return v > RESIDUAL_MIN ? Math.min(recipe.tailScoreMax, Math.max(0, score)) : 0;
  };
  const tails = {
    far: tailOf(state.farTail, state.farSmooth),
    bias: tailOf(state.biasTail, Math.abs(state.biasSmooth)),
    all: tailOf(state.allTail, state.allSmooth),
  };
  const scores = recipe.tails.map((name) => tails[name]);
  if (recipe.tailMean === 'highest') return Math.max(...scores);
  if (recipe.tailMean === 'mean') return mean(scores);
  return Math.sqrt(mean(scores.map((score) => score ** 2)));
}

function widen(band: Band, magnitude: number): void {
  if (!Number.isFinite(magnitude)) return;
  push(band.past, magnitude);
  if (band.seen++ % BAND_REFIT_EVERY === 0) {
    band.halfWidth = highQuantile(band.past.values, BAND_QUANTILE, band.past.size);
  }
}
