/**
 * What one configuration for all streams fixes, each with what else it might have been. What is not
 * here, and why, is in ARCHITECTURE.md.
 */
import type { Recipe, Tail } from '../../../../shared/detect/recipe.ts';
import { both, type Change, type Heard } from './setup.ts';

export interface Alternative {
  readonly name: string;
  readonly change: Change;
}

export interface Choice {
  readonly name: string;
  /** Of the series that it concerns. */
  readonly modes: readonly ('stream' | 'reference')[];
  /**
   * `figure`: the official one of a family; `alarms`: the same, or F1 of rows at the threshold
   * where the official one knows no threshold; `events`: F1 of events, as people are shown them.
   */
  readonly judgedBy: 'figure' | 'alarms' | 'events';
  /** What all streams have. */
  readonly byDefault: string;
  readonly alternatives: readonly Alternative[];
  /** Made of other choices, so that it is not made beside them. */
  readonly isCompound?: true;
}

const STREAM = ['stream'] as const;
const REFERENCE = ['reference'] as const;
const ALL = ['stream', 'reference'] as const;

const THRESHOLDS = [2, 2.2, 2.4, 2.5, 2.6, 2.7, 2.9, 3, 3.1, 3.2, 3.3, 3.4];
const HEARD: Readonly<Record<Heard, string>> = {
  both: 'level and forecast',
  forecast: 'forecast alone',
  level: 'level alone',
};

/** One number of the recipe, and others in its place. */
function numbers<Part extends keyof Recipe>(
  part: Part,
  field: keyof Recipe[Part] & string,
  values: readonly (number | boolean)[],
  nameOf: (value: number | boolean) => string = String,
): readonly Alternative[] {
  return values.map((value) => ({
    name: nameOf(value),
    change: { recipe: { [part]: { [field]: value } } },
  }));
}

const training = (name: string, change: Partial<Recipe['training']>): Alternative => ({
  name,
  change: { recipe: { training: change } },
});
const tails = (name: string, ...chosen: Tail[]): Alternative => ({
  name,
  change: { recipe: { stream: { tails: chosen } } },
});
const heard = (part: Heard): Alternative => ({ name: HEARD[part], change: { heard: part } });
const parameters = (values: readonly number[]): Alternative[] =>
  values.map((parameter) => ({ name: String(parameter), change: { parameter } }));
const horizons = (...values: number[]): Alternative => ({
  name: values.join(', '),
  change: { recipe: { forecaster: { horizons: values } } },
});

const PARTS = [heard('forecast'), heard('level')];
const STREAM_THRESHOLDS = parameters(THRESHOLDS);
const PAIRS: readonly Alternative[] = [
  ...STREAM_THRESHOLDS.map(({ name, change }) => {
    return { name: `${HEARD.both} from ${name}`, change };
  }),
  ...PARTS.flatMap((part) =>
    [...STREAM_THRESHOLDS, ...parameters([2.8])].map((threshold) => ({
      name: `${part.name} from ${threshold.name}`,
      change: both(part.change, threshold.change),
    })),
  ),
];

type Declared = readonly [
  name: string,
  byDefault: string,
  alternatives: readonly Alternative[],
  judgedBy?: Choice['judgedBy'],
];

const declare =
  (modes: Choice['modes']) =>
  ([name, byDefault, alternatives, judgedBy = 'figure']: Declared): Choice => ({
    ...{ name, modes, judgedBy, byDefault, alternatives },
  });

const STREAM_CHOICES: readonly Declared[] = [
  ['score', HEARD.both, PARTS],
  ['threshold', '2.8', STREAM_THRESHOLDS],
  ['hold rows', '200', numbers('alarm', 'holdRows', [50, 100, 400])],
  ['hold margin', '0.03', numbers('alarm', 'holdMargin', [0, 0.1, 0.3])],
  ['burst rows', '20', numbers('alarm', 'burstRows', [0, 5, 50, 100])],
  ['level rows', '8000', numbers('stream', 'levelRows', [1, 500, 2000])],
  ['rank rows', '8000', numbers('stream', 'rankRows', [2000, 4000, 16_000])],
  ['smoothing of residuals', '0.2', numbers('stream', 'smoothing', [0.1, 0.4, 1])],
  ['tail rows', '4000', numbers('stream', 'tailRows', [1000, 2000, 8000])],
  ['tail quantile', '0.95', numbers('stream', 'tailQuantile', [0.9, 0.98])],
  ['tail cap', '3.5', numbers('stream', 'tailScoreMax', [3, 5])],
  [
    'tails',
    'far, bias, all',
    [
      tails('far, all', 'far', 'all'),
      tails('far, bias', 'far', 'bias'),
      tails('far', 'far'),
      tails('all', 'all'),
    ],
  ],
  [
    'mean of tails',
    'root mean square',
    (['mean', 'highest'] as const).map((tailMean) => ({
      name: tailMean,
      change: { recipe: { stream: { tailMean } } },
    })),
  ],
  ['trust of a new model', '0.7', numbers('stream', 'newModelTrust', [0.5, 1])],
  [
    'retraining',
    'two from scratch, then warm',
    [
      training('never', { repeatsMax: 0 }),
      training('once', { repeatsMax: 1 }),
      training('warm alone', { fromScratch: 1 }),
      training('from scratch alone', { fromScratch: Infinity }),
    ],
  ],
  ['rows between trainings', '3000', numbers('training', 'everyRows', [1500, 6000])],
  ['rows trained on', '6000', numbers('training', 'rowsMax', [3000, 12_000])],
  [
    'time of day and week',
    'read',
    numbers('forecaster', 'hasTimeFeatures', [false], () => 'left out'),
  ],
  [
    'shapes beside the score',
    'not marked',
    [{ name: 'marked', change: { shapes: true } }],
    'events',
  ],
];

const FORECASTER_CHOICES: readonly Declared[] = [
  ['hidden units', '32', numbers('forecaster', 'hidden', [16, 64])],
  [
    'horizons',
    '1, 4, 16',
    [horizons(1), horizons(1, 4), horizons(4, 16), horizons(16), horizons(1, 8, 24)],
  ],
  ['skip', 'to 128 channels', numbers('forecaster', 'skipChannelsMax', [0], () => 'none')],
  ['squash of inputs', '4', numbers('forecaster', 'inputSquash', [2, 8])],
  ['squash of targets', '8', numbers('forecaster', 'targetSquash', [4, 16])],
  ['differences', 'read', numbers('forecaster', 'hasDifferences', [false], () => 'left out')],
  ['learning rate', '0.003', numbers('training', 'rate', [0.001, 0.01])],
  ['share learnt from', '0.8', numbers('training', 'fitShare', [0.6, 1])],
  [
    'effort',
    'balanced',
    (['fast', 'thorough'] as const).map((effort) => ({ name: effort, change: { effort } })),
  ],
  [
    'mode',
    'auto',
    (['stream', 'reference'] as const).map((mode) => ({
      name: `always ${mode}`,
      change: { mode },
    })),
    'events',
  ],
];

const REFERENCE_CHOICES: readonly Declared[] = [
  ['rows of G', '30', numbers('reference', 'residualRows', [10, 60, 120])],
  ['longest cycle', '256', numbers('reference', 'cycleRowsMax', [0, 64, 1024])],
  ['rows of T', '10', numbers('reference', 'levelRows', [3, 30])],
  ['weight of T', '0.5', numbers('reference', 'levelWeight', [0, 0.25, 1, 2])],
  ['weight of a spike', '0.7', numbers('reference', 'spikeWeight', [0, 0.5, 1])],
  ['squash of G and T', '4', numbers('reference', 'squash', [2, 8])],
  ['shrinkage', '0.05', numbers('reference', 'shrinkage', [0.01, 0.2])],
  ['quantile of training', '0.99', numbers('reference', 'trainQuantile', [0.95, 1])],
  ['factor', '1.45', parameters([1.2, 1.3, 1.6, 1.8, 2.2]), 'alarms'],
  ['giving way', 'yes', numbers('alarm', 'gives', [false], () => 'no'), 'alarms'],
  [
    'bursts until known',
    '3',
    numbers('alarm', 'knownAfter', [2, 5, Infinity], (n) => (n === Infinity ? 'never' : `${n}`)),
    'alarms',
  ],
  [
    'shapes beside one channel',
    'marked',
    [{ name: 'not marked', change: { shapes: false } }],
    'events',
  ],
];

export const CHOICES: readonly Choice[] = [
  ...STREAM_CHOICES.map(declare(STREAM)),
  {
    ...{ name: 'score and threshold', modes: STREAM, judgedBy: 'figure', isCompound: true },
    ...{ byDefault: `${HEARD.both} from 2.8`, alternatives: PAIRS },
  },
  ...FORECASTER_CHOICES.map(declare(ALL)),
  ...REFERENCE_CHOICES.map(declare(REFERENCE)),
];
