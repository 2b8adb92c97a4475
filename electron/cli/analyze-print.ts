/** The result of an analysis on the terminal. */
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import { eventSentence } from '../../shared/domain/event-words.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import {
  formatDuration,
  formatMoment,
  formatNumber,
  formatSpan,
  SEVERITY_SHAPES,
} from '../../shared/domain/words.ts';
import type { Engine } from '../engine/engine.ts';
import { backendSentence, noteSentence } from '../engine/report/model-words.ts';
import type { RowsTaken } from '../engine/rows-taken.ts';
import type { Analysis } from './analyze-command.ts';
import { markLines } from './mark-lines.ts';

const REASONS_SHOWN = 3;
const CHANNELS_SHOWN = 6;

interface Result extends Analysis {
  readonly engine: Engine;
  readonly seconds: number;
  readonly mode: string;
}

export async function printResult(result: Result): Promise<void> {
  const { engine, stream, card, marks, taken, seconds, mode } = result;
  const events = await engine.store.read['event.list'](card.id);
  const bad = await engine.store.read['quarantine.list'](stream.id, 0, REASONS_SHOWN);
  const lines = [
    `${stream.name}: ${stream.rows.toLocaleString('en-US')} rows, ` +
      formatSpan(stream.range!, stream.hasTime),
    ...notes(stream),
    ...bad.map(({ line, reason }) => `  line ${line}: ${reason}`),
    takenText(taken),
    `Learnt ${card.channels.join(', ')} from ${card.trainRows} rows (${mode}); ` +
      `loss ${formatNumber(card.lossCurve.at(-1)!.train)} after ${card.trainings} ` +
      `${card.trainings === 1 ? 'training' : 'trainings'}.`,
    `Computed by ${backendSentence(card)}.`,
    ...shapesText(card),
    ...(card.notes ?? []).map((note) => noteSentence(note)),
    '',
    ...table(events, stream.hasTime),
    ...events.slice(0, 10).map((event) => `  ${eventSentence(event, stream.channels)}`),
    '',
    ...(marks.length > 0 ? ['Beside them:', ...markLines(marks, stream.hasTime), ''] : []),
    `${events.length} ${events.length === 1 ? 'event' : 'events'} in ${seconds.toFixed(1)} s.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function notes(stream: Analysis['stream']): string[] {
  const found = [
    [stream.quarantined, 'set aside as unreadable'],
    [stream.duplicates, 'with a time that came before'],
    [stream.backward, 'stepping back in time'],
  ] as const;
  const parts = found.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
  if (stream.gaps > 0) parts.push(`${stream.gaps} gaps between rows`);
  return parts.length > 0 ? [`Rows: ${parts.join(', ')}.`] : [];
}

/** How irregular rows and missing values were treated, and how many there were. */
function takenText({ usualStepMs, unevenSteps, missing }: RowsTaken): string {
  const steps =
    `Rows are taken as they come, not resampled: one every ${formatDuration(usualStepMs)} ` +
    `is usual, ${unevenSteps} ${unevenSteps === 1 ? 'step differs' : 'steps differ'}.`;
  const found = missing.filter(({ cells }) => cells > 0);
  if (found.length === 0) return `${steps} No value is missing.`;
  const shown = found.slice(0, CHANNELS_SHOWN).map(({ channel, cells }) => `${channel} ${cells}`);
  const hidden = found.length - shown.length;
  const more = hidden > 0 ? ` and ${hidden} more channels` : '';
  return `${steps} Missing values, never scored: ${shown.join(', ')}${more}.`;
}

/** Columns as wide as their widest cell. */
function table(events: readonly AnomalyEvent[], hasTime: boolean): string[] {
  if (events.length === 0) return ['No event: the machine kept to its normal rhythm.'];
  const rows = [
    [hasTime ? 'Start (UTC)' : 'Start', 'End', 'Length', 'Peak', 'Score', 'Severity', 'Channels'],
    ...events.map((event) => [
      formatMoment(event.start, hasTime),
      formatMoment(event.end, hasTime),
      formatDuration(event.end - event.start),
      formatMoment(event.peakTime, hasTime),
      event.peakScore.toFixed(2),
      `${SEVERITY_SHAPES[event.severity]} ${event.severity}`,
      shares(event),
    ]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

function shares({ channels }: AnomalyEvent): string {
  return channels
    .slice(0, 3)
    .filter(({ share }) => share >= 0.01)
    .map(({ name, share }) => `${name} ${Math.round(100 * share)} %`)
    .join(', ');
}

/** Said where channels are left out. */
function shapesText({ shapes, channels }: ModelCard): string[] {
  if (shapes === undefined || shapes === channels.length) return [];
  return [
    `Shapes never seen are marked in the ${shapes} most regular of ${channels.length} channels: ` +
      'more would take too long as rows come.',
  ];
}
