/** The event table: what models and checks found, as it goes on, and what people said of it. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { DataProblem } from '../../../shared/domain/data-problem.ts';
import { reviveEvent, type AnomalyEvent } from '../../../shared/domain/event.ts';
import type {
  EventChange,
  KeptEvent,
  KeptProblem,
  Triage,
  TriageChange,
} from '../../../shared/domain/kept-event.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import type { ProblemReport } from './live-records.ts';
import { ACTIVE_MODEL } from './stream-record.ts';

interface EventRow {
  readonly id: number;
  readonly stream_id: number;
  readonly model_id: number | null;
  readonly kind: string;
  readonly is_open: number;
  readonly acknowledged_ms: number | null;
  readonly verdict: Triage['verdict'];
  readonly note: string;
  readonly label: string;
  readonly body: string;
}

/** Of what a model scored; every other kind is a problem, with a model or without. */
const ANOMALY = 'anomaly';
/** Newest problems that a list answers. */
const PROBLEMS_MAX = 1000;

export interface EventWriter {
  putEvent(streamId: number, modelId: number, event: AnomalyEvent, isOpen: boolean): KeptEvent;
  /** `modelId`: of the model that found it; null: it needs none. */
  putProblem(streamId: number, report: ProblemReport, modelId?: number | null): KeptProblem;
  /** Throws Failure not-found. */
  triage(id: number, change: TriageChange, now: number): EventChange;
  /** Of events that touch each other in time; what was said of the target stays. */
  carryTriage(fromModel: number, toModel: number): void;
}

export function eventWriter(db: Db): EventWriter {
  const put = db.prepare(
    'INSERT INTO event (stream_id, model_id, kind, channel, start_ms, end_ms, is_open, body) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?) ' +
      'ON CONFLICT(stream_id, coalesce(model_id, 0), kind, channel, start_ms) DO UPDATE SET ' +
      'end_ms = excluded.end_ms, is_open = excluded.is_open, body = excluded.body RETURNING *',
  );
  return {
    putEvent: (streamId, modelId, event, isOpen) => {
      const { start, end } = event;
      const open = isOpen ? 1 : 0;
      const body = JSON.stringify(event);
      return toKeptEvent(
        put.get(streamId, modelId, ANOMALY, '', start, end, open, body) as EventRow,
      );
    },
    putProblem: (streamId, { isOpen, ...problem }, modelId = null) => {
      const { kind, channel, start, end } = problem;
      const open = isOpen ? 1 : 0;
      const body = JSON.stringify(problem);
      return toKeptProblem(
        put.get(streamId, modelId, kind, channel, start, end, open, body) as EventRow,
      );
    },
    carryTriage: (fromModel, toModel) => void db.prepare(CARRY_TRIAGE).run({ fromModel, toModel }),
    triage: db.transaction((id, change, now) => {
      const row = db.prepare('SELECT * FROM event WHERE id = ?').get(id) as EventRow | undefined;
      if (!row) {
        throw new Failure('not-found', `There is no event ${id}; it may have been removed.`);
      }
      const { acknowledged, verdict, note, label } = change;
      const before = row.acknowledged_ms;
      const changed: EventRow = {
        ...row,
        acknowledged_ms:
          acknowledged === undefined ? before : acknowledged ? (before ?? now) : null,
        verdict: verdict === undefined ? row.verdict : verdict,
        note: note ?? row.note,
        label: label ?? row.label,
      };
      db.prepare(
        'UPDATE event SET acknowledged_ms = ?, verdict = ?, note = ?, label = ? WHERE id = ?',
      ).run(changed.acknowledged_ms, changed.verdict, changed.note, changed.label, id);
      return toChange(changed);
    }),
  };
}

const isJudged = (row: string): string =>
  `(${row}.verdict IS NOT NULL OR ${row}.note <> '' OR ${row}.label <> '' ` +
  `OR ${row}.acknowledged_ms IS NOT NULL)`;
const CARRY_TRIAGE = `
  UPDATE event SET (acknowledged_ms, verdict, note, label) = (
    SELECT said.acknowledged_ms, said.verdict, said.note, said.label FROM event AS said
    WHERE said.model_id = @fromModel AND ${isJudged('said')} AND said.kind = event.kind
      AND said.start_ms <= event.end_ms AND said.end_ms >= event.start_ms
    ORDER BY min(said.end_ms, event.end_ms) - max(said.start_ms, event.start_ms) DESC LIMIT 1)
  WHERE model_id = @toModel AND NOT ${isJudged('event')} AND EXISTS (
    SELECT 1 FROM event AS said WHERE said.model_id = @fromModel AND ${isJudged('said')}
      AND said.kind = event.kind
      AND said.start_ms <= event.end_ms AND said.end_ms >= event.start_ms)`;

export function listEvents(db: Db, modelId: number): KeptEvent[] {
  const rows = db
    .prepare(`SELECT * FROM event WHERE model_id = ? AND kind = '${ANOMALY}' ORDER BY start_ms, id`)
    .all(modelId) as EventRow[];
  return rows.map(toKeptEvent);
}

/**
 * Those of the active model and those that need none, that touch the range, oldest first; the
 * newest when there are too many.
 */
export function listProblems(db: Db, streamId: number, range: TimeRange): KeptProblem[] {
  const rows = db
    .prepare(
      `SELECT * FROM event WHERE stream_id = @streamId AND kind <> '${ANOMALY}' ` +
        `AND (model_id IS NULL OR model_id = (${ACTIVE_MODEL})) ` +
        'AND start_ms <= @to AND end_ms >= @from ORDER BY start_ms DESC, id DESC LIMIT @most',
    )
    .all({ streamId, ...range, most: PROBLEMS_MAX }) as EventRow[];
  return rows.map(toKeptProblem).reverse();
}

/** Odd shapes that the watch of the model found. */
export function listShapes(db: Db, modelId: number): KeptProblem[] {
  const rows = db
    .prepare("SELECT * FROM event WHERE model_id = ? AND kind = 'shape' ORDER BY start_ms, id")
    .all(modelId) as EventRow[];
  return rows.map(toKeptProblem);
}

/** Problems that were open when the engine ended. */
export function listOpenProblems(db: Db, streamId: number): KeptProblem[] {
  const rows = db
    .prepare('SELECT * FROM event WHERE stream_id = ? AND model_id IS NULL AND is_open = 1')
    .all(streamId) as EventRow[];
  return rows.map(toKeptProblem);
}

function toChange(row: EventRow): EventChange {
  return row.kind !== ANOMALY
    ? { source: 'data', problem: toKeptProblem(row) }
    : { source: 'model', event: toKeptEvent(row) };
}

function toKeptEvent(row: EventRow): KeptEvent {
  const event = reviveEvent(JSON.parse(row.body) as AnomalyEvent);
  return { ...event, ...keptOf(row), modelId: row.model_id! };
}

function toKeptProblem(row: EventRow): KeptProblem {
  return { ...(JSON.parse(row.body) as DataProblem), ...keptOf(row) };
}

function keptOf(row: EventRow): Pick<KeptEvent, 'id' | 'streamId' | 'isOpen' | 'triage'> {
  const { acknowledged_ms: acknowledged, verdict, note, label } = row;
  return {
    id: row.id,
    streamId: row.stream_id,
    isOpen: row.is_open === 1,
    triage: { acknowledged, verdict, note, label },
  };
}
