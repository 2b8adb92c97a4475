/** The result of an analysis as JSON: no clock, no path, so the same seed gives the same bytes. */
import { channelColumn, SCORE_COLUMNS } from '../../shared/domain/score.ts';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import type { Store } from '../engine/store/store-api.ts';
import type { Analysis } from './analyze-command.ts';

const ROWS_PER_READ = 8192;

const iso = (ms: number): string => new Date(ms).toISOString();

/** In pieces, so that the scores of a long recording never lie in memory together. */
export async function* jsonText(
  store: Store,
  { stream, card, marks, taken }: Analysis,
  withScores: boolean,
): AsyncGenerator<string> {
  const events = await store.read['event.list'](card.id);
  const head = {
    stream: stream.name,
    rows: stream.rows,
    quarantined: stream.quarantined,
    duplicates: stream.duplicates,
    backward: stream.backward,
    gaps: stream.gaps,
    taken: { resampled: false, ...taken },
    model: modelOf(card),
    threshold: card.threshold,
    events: events.map(eventOf),
    marks: marks.map((mark) => ({ ...mark, start: iso(mark.start), end: iso(mark.end) })),
  };
  const text = JSON.stringify(head, null, 2);
  if (!withScores) return yield `${text}\n`;
  yield `${text.slice(0, -2)},\n  "scores": [`;
  let separator = '\n';
  for (let after = -Infinity; ;) {
    const batch = await store.read['score.rows'](card.id, after, ROWS_PER_READ);
    const rows = batch.t.length;
    if (rows === 0) break;
    const lines = Array.from(batch.t, (_, i) => JSON.stringify(scoreOf(batch, i, card.channels)));
    yield `${separator}    ${lines.join(',\n    ')}`;
    separator = ',\n';
    after = batch.t[rows - 1];
  }
  yield '\n  ]\n}\n';
}

function modelOf(card: ModelCard): object {
  const { trainRange, mode, channels, trainRows, seed, hidden, horizons } = card;
  const { parameterCount, backend, trainings, checkpointSha256, lossCurve, notes = [] } = card;
  const { heldOut = null } = card;
  return {
    cell: 'gru',
    mode,
    channels,
    trainFrom: iso(trainRange.from),
    trainTo: iso(trainRange.to),
    trainRows,
    seed,
    hidden,
    horizons,
    parameterCount,
    backend,
    trainings,
    checkpointSha256,
    lossCurve,
    heldOut,
    notes,
  };
}

function eventOf(event: AnomalyEvent): object {
  return {
    start: iso(event.start),
    end: iso(event.end),
    peakTime: iso(event.peakTime),
    peakScore: event.peakScore,
    severity: event.severity,
    kind: event.kind,
    evidence: event.evidence,
    provisional: event.provisional,
    channels: event.channels,
  };
}

function scoreOf({ t, columns }: SampleBatch, row: number, channels: readonly string[]): object {
  const [score, held, threshold] = SCORE_COLUMNS.map((_, i) => columns[i][row]);
  return {
    t: iso(t[row]),
    score,
    held,
    threshold,
    channels: channels.map((name, k) => ({
      name,
      prediction: columns[channelColumn(k, 'prediction')][row],
      low: columns[channelColumn(k, 'low')][row],
      high: columns[channelColumn(k, 'high')][row],
      residual: columns[channelColumn(k, 'residual')][row],
    })),
  };
}
