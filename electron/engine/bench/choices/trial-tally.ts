/** What a series gives under one setup, as the tally of a figure. */
import { scoreNab, sweepNab } from '../../../../shared/detect/evaluate/nab.ts';
import { aucPr, confusionOf, runsOf } from '../../../../shared/detect/evaluate/points.ts';
import {
  isUcrHit,
  scoreSequences,
  type SequenceCounts,
} from '../../../../shared/detect/evaluate/sequences.ts';
import { ShapeWatch, type ShapeFound } from '../../../../shared/detect/shape-watch.ts';
import { createBurstHold, holdBurst } from '../../../../shared/detect/threshold/record-hold.ts';
import { alarmSequences } from '../measure.ts';
import type { OwnScores } from '../score-series.ts';
import type { Family, Series } from '../series.ts';
import type { Choice } from './choices.ts';
import type { Tally } from './leave-out.ts';
import type { Setup } from './setup.ts';

/** null: the series does not tell. */
export function tallyOf(
  family: Family,
  series: Series,
  own: OwnScores,
  setup: Setup,
  judgedBy: Choice['judgedBy'],
): Tally | null {
  if (judgedBy === 'events') return eventTally(family, series, own, setup);
  const { trainRows, labels, spans = [] } = series;
  const flags = own.flags.subarray(trainRows);
  switch (family) {
    case 'nab': {
      const scores = heldScores(own, setup);
      const sweep = sweepNab([{ t: series.t, scores, windows: spans }]);
      return scoreNab(sweep, 'standard', setup.parameter);
    }
    case 'skab':
      return f1Tally(confusionOf(labels!.subarray(trainRows), flags));
    case 'smap': {
      const truth = spans.map(([first, last]) => [first - trainRows, last - trainRows] as const);
      return f1Tally(scoreSequences(truth, alarmSequences(flags)));
    }
    case 'smd':
    case 'mba': {
      const truth = labels!.subarray(trainRows);
      if (judgedBy === 'alarms') return f1Tally(confusionOf(truth, flags));
      return { gained: aucPr(truth, own.score.subarray(trainRows)), possible: 1 };
    }
    case 'ucr':
      if (judgedBy === 'alarms') return null;
      return { gained: Number(isUcrHit(own.score, trainRows, spans[0])), possible: 1 };
    case 'ims': {
      // An alarm before the end, and none in the first half.
      const first = own.flags.indexOf(1);
      return { gained: Number(2 * first >= own.flags.length), possible: 1 };
    }
  }
}

/** What is emitted of the stream score, one a row. */
export function heldScores(own: OwnScores, { heard, parameter, recipe }: Setup): Float64Array {
  const raw = { both: own.score, forecast: own.byForecast, level: own.byLevel }[heard];
  const state = createBurstHold(parameter, recipe.alarm);
  return raw.map((score) => Math.max(0, holdBurst(state, score, recipe.alarm)));
}

/** 2 tp/(2 tp + fp + fn) */
const f1Tally = ({ tp, fp, fn }: SequenceCounts): Tally => ({
  gained: 2 * tp,
  possible: 2 * tp + fp + fn,
});

/** Events, and marks of shapes never seen, that meet labelled stretches. */
function eventTally(
  family: Family,
  series: Series,
  { events }: OwnScores,
  { shapes }: Setup,
): Tally | null {
  const { t, trainRows, spans, labels } = series;
  const ofRow = ([from, to]: readonly [number, number]) => [t[from], t[to]] as const;
  const truth =
    family === 'nab'
      ? (spans ?? [])
      : (spans ?? (labels ? runsOf(Array.from(labels)) : [])).map(ofRow);
  if (family === 'ims') return null;
  const tested = truth.filter(([, end]) => end >= t[trainRows]);
  const said = [...events, ...(shapes ? shapesOf(series) : [])];
  return f1Tally(
    scoreSequences(
      tested,
      said.map(({ start, end }) => [start, end] as const),
    ),
  );
}

function shapesOf({ t, columns, channels, trainRows }: Series): readonly ShapeFound[] {
  const watch = new ShapeWatch({ channels, trainRows, channelsMax: channels.length });
  const values = new Float64Array(channels.length);
  t.forEach((time, row) => {
    columns.forEach((column, k) => (values[k] = column[row]));
    watch.push(time, values);
  });
  return watch.finish();
}
