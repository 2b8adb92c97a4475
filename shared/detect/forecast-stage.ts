/**
 * window → normalise → model → residual, one row at a time. Holds the scales, the forecaster, its
 * state and the forecasts not yet due.
 *
 *   z = (x − c)/s,   u_t = [squash₄(z_t), squash₄(z_t − z_{t−1}), time features],   y = squash₈(z)
 *   e_{t,h} = (x_t − unscale(unsquash(ŷ_t made at t − h)))/s₀
 *
 * s₀ is the scale of the first training for the whole stream: a scale that moved with each training
 * would corrupt every statistic that runs over residuals.
 */
import type { Stepper } from '../model/stepper.ts';
import { destandardise, standardise, type Scale } from '../normalise/scaler.ts';
import { squash, unsquash } from '../normalise/squash.ts';
import { fade, followUsual } from './decay.ts';
import { TIME_FEATURES, writeTimeFeatures } from '../window/time-features.ts';
import type { Recipe } from './recipe.ts';

type ForecasterRecipe = Recipe['forecaster'];

/** How a training sees the channels. */
export interface ChannelFit {
  readonly scales: readonly Scale[];
  /** γ per channel, see `decay.ts`. */
  readonly decays: readonly number[];
  readonly historyMs: number;
}

export interface ForecastState extends ChannelFit {
  /** s₀ per channel. */
  readonly firstScales: readonly number[];
  readonly recipe: ForecasterRecipe;
  readonly hasTime: boolean;
  /** GRU state [H]. */
  readonly hidden: Float64Array;
  /** z of the row before, as the model read it. */
  readonly previous: Float64Array;
  /** x̄ of what is known, see `decay.ts`. */
  readonly usual: Float64Array;
  /** Forecasts in original units, [P, horizons, K] by row modulo P. */
  readonly pending: Float64Array;
  /** Rows since this model took over, its replay included. */
  rows: number;
  /** The model is new until then. */
  provenAt: number;
}

export function inputWidth(channels: number, hasTime: boolean): number {
  return 2 * channels + (hasTime ? TIME_FEATURES : 0);
}

export function createForecastState(
  fit: ChannelFit,
  firstScales: readonly number[],
  hasTime: boolean,
  recipe: ForecasterRecipe,
): ForecastState {
  const K = fit.scales.length;
  return {
    ...fit,
    firstScales,
    recipe,
    hasTime,
    hidden: new Float64Array(recipe.hidden),
    previous: new Float64Array(K).fill(NaN),
    usual: new Float64Array(K).fill(NaN),
    pending: new Float64Array(pendingRows(recipe) * recipe.horizons.length * K).fill(NaN),
    rows: 0,
    provenAt: 0,
  };
}

/** P: forecasts are kept until the farthest horizon has come. */
const pendingRows = ({ horizons }: ForecasterRecipe): number => horizons[horizons.length - 1] + 1;

/** Writes inputs [D] and targets [K] of one row; NaN is missing, and read as what it decays to. */
export function writeRow(
  state: ForecastState,
  t: number,
  values: ArrayLike<number>,
  u: Float64Array,
  y: Float64Array,
): void {
  const { recipe } = state;
  const K = state.scales.length;
  for (let k = 0; k < K; k++) {
    const value = values[k];
    const isKnown = Number.isFinite(value);
    const z = isKnown
      ? standardise(value, state.scales[k])
      : fade(state.previous[k], state.usual[k], state.decays[k]);
    if (isKnown) state.usual[k] = followUsual(state.usual[k], squash(z, recipe.inputSquash));
    const before = Number.isNaN(state.previous[k]) ? z : state.previous[k];
    u[k] = squash(z, recipe.inputSquash);
    u[K + k] = recipe.hasDifferences ? squash(z - before, recipe.inputSquash) : 0;
    y[k] = squash(z, recipe.targetSquash);
    state.previous[k] = z;
  }
  if (state.hasTime) writeTimeFeatures(t, state.historyMs, u, 2 * K);
}

/** The forecast for the row that comes now, made h rows ago; NaN when there was none. */
export function dueForecast(state: ForecastState, horizonIndex: number, channel: number): number {
  const { horizons } = state.recipe;
  const h = horizons[horizonIndex];
  if (state.rows < h) return NaN;
  const K = state.scales.length;
  const slot = (state.rows - h) % pendingRows(state.recipe);
  return state.pending[(slot * horizons.length + horizonIndex) * K + channel];
}

/** e_{t,h} of the row that comes now. */
export function residual(
  state: ForecastState,
  value: number,
  horizonIndex: number,
  channel: number,
): number {
  return (value - dueForecast(state, horizonIndex, channel)) / state.firstScales[channel];
}

/** Takes the row into the model and keeps what it forecasts. u, y and out are scratch. */
export function advance(
  state: ForecastState,
  step: Stepper,
  t: number,
  values: ArrayLike<number>,
  scratch: { u: Float64Array; y: Float64Array; out: Float64Array },
): void {
  const { u, y, out } = scratch;
  writeRow(state, t, values, u, y);
  step(u, y, state.hidden, out);
  const K = state.scales.length;
  const slot = (state.rows % pendingRows(state.recipe)) * out.length;
  const { targetSquash } = state.recipe;
  for (let i = 0; i < out.length; i++) {
    state.pending[slot + i] = destandardise(unsquash(out[i], targetSquash), state.scales[i % K]);
  }
  state.rows++;
}
