/**
 * One series under many setups. What a training learns hangs on the series, the seed and what the
 * setup says of forecasts: setups that only read them otherwise share the weights, and those that
 * only alarm otherwise the scores too.
 */
import { defaultThreshold } from '../../../../shared/detect/threshold/threshold.ts';
import type { Forecaster } from '../../../../shared/model/forecaster.ts';
import { scoreSeries, trainNow, type OwnScores } from '../score-series.ts';
import { readSeries, type Series, type SeriesFile } from '../series.ts';
import type { Choice } from './choices.ts';
import type { Tally } from './leave-out.ts';
import { scoresKey, setupOf, trainingsKey, type Change, type Setup } from './setup.ts';
import { tallyOf } from './trial-tally.ts';

export interface Trial {
  readonly change: Change;
  readonly judgedBy: Choice['judgedBy'];
}

export interface TrialOrder {
  readonly file: SeriesFile;
  readonly seed: number;
  readonly trials: readonly Trial[];
}

/** Tells of each trial in turn; null where the series does not tell. */
export function trySeries(order: TrialOrder, tell: (tally: Tally | null) => void): void {
  const { file, seed, trials } = order;
  const series = readSeries(file);
  const weights = new Map<string, Forecaster[]>();
  const setupUnder = (change: Change): Setup =>
    setupOf(change, series.mode, series.channels.length);
  // Many setups read the scores of the default; of the others hardly any are asked for twice.
  const usualKey = scoresKey(setupUnder({}));
  let usual: OwnScores | null = null;
  for (const { change, judgedBy } of trials) {
    const setup = setupUnder(change);
    const isUsual = scoresKey(setup) === usualKey;
    const own: OwnScores = (isUsual && usual) || score(series, seed, setup, weights);
    if (isUsual) usual = own;
    tell(tallyOf(file.family, series, own, setup, judgedBy));
  }
}

function score(
  series: Series,
  seed: number,
  setup: Setup,
  weights: Map<string, Forecaster[]>,
): OwnScores {
  const { recipe, mode, effort, parameter } = setup;
  const key = trainingsKey(setup);
  const learnt = weights.get(key) ?? [];
  weights.set(key, learnt);
  let training = 0;
  const threshold = { ...defaultThreshold(mode), parameter };
  const options = { recipe, effort, threshold };
  return scoreSeries({ ...series, mode }, seed, options, (request) => {
    return (learnt[training++] ??= trainNow(request));
  });
}
