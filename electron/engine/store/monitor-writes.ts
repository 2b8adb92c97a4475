/** Models that score as rows come: their scores, events and state are kept together. */
import { Failure } from '../../../shared/contract/failure.ts';
import { proposeRetraining, type Moved } from '../../../shared/detect/drift.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import { eventWriter } from './event-rows.ts';
import type {
  MonitorCommit,
  MonitorReceipt,
  MonitorRecord,
  ProblemReport,
} from './live-records.ts';
import { LIST_MONITORS, toMonitor, type MonitorRow } from './live-reads.ts';
import type { CreateModel, StoreWrites } from './store-api.ts';
import { modelRecord } from './stream-record.ts';
import type { Tables } from './tables.ts';

type MonitorWrites = Pick<
  StoreWrites,
  Extract<keyof StoreWrites, `monitor.${string}`> | 'model.role'
>;

export function monitorWrites(db: Db, tables: Tables, createModel: CreateModel): MonitorWrites {
  const events = eventWriter(db);
  const record = (modelId: number): MonitorRecord => {
    const row = db.prepare(`${LIST_MONITORS} WHERE model_id = ?`).get(modelId);
    if (!row) throw new Failure('not-found', `There is no model ${modelId}; it may be gone.`);
    return toMonitor(row as MonitorRow);
  };
  const commit = db.transaction((modelId: number, done: MonitorCommit): MonitorReceipt => {
    const { stream_id: streamId } = modelRecord(db, modelId);
    if (done.scores.t.length > 0) tables.scores(modelId).append(done.scores, 'replace');
    db.prepare('UPDATE monitor SET scored_to = ? WHERE model_id = ?').run(done.scoredTo, modelId);
    if (done.state) {
      db.prepare('UPDATE monitor SET state = ?, saved_to = ? WHERE model_id = ?').run(
        done.state,
        done.scoredTo,
        modelId,
      );
    }
    if (done.card) {
      db.prepare('UPDATE model SET card = ?, checkpoint = ? WHERE id = ?').run(
        JSON.stringify(done.card),
        done.checkpoint,
        modelId,
      );
      db.prepare(
        'INSERT OR REPLACE INTO training (model_id, number, checkpoint) VALUES (?, ?, ?)',
      ).run(modelId, done.card.trainings, done.checkpoint);
    }
    const proposal = done.moved && proposalOf(db, modelId, done.moved, done.scoredTo);
    return {
      problems: proposal ? [events.putProblem(streamId, proposal)] : [],
      events: done.events.map(({ event, isOpen }) =>
        events.putEvent(streamId, modelId, event, isOpen),
      ),
    };
  });
  return {
    'monitor.create': db.transaction((streamId, channels, options, role) => {
      const modelId = createModel(streamId, channels, options);
      db.prepare('UPDATE model SET role = ? WHERE id = ?').run(role, modelId);
      db.prepare('INSERT INTO monitor (model_id, options) VALUES (?, ?)').run(
        modelId,
        JSON.stringify(options),
      );
      return record(modelId);
    }),
    'monitor.adopt': db.transaction((modelId, options, state, to) => {
      modelRecord(db, modelId);
      db.prepare(
        'INSERT OR REPLACE INTO monitor (model_id, options, scored_to, saved_to, state) ' +
          'VALUES (?, ?, ?, ?, ?)',
      ).run(modelId, JSON.stringify(options), to, to, state);
    }),
    'monitor.commit': commit,
    'model.role': (modelId, role) => {
      modelRecord(db, modelId);
      db.prepare('UPDATE model SET role = ? WHERE id = ?').run(role, modelId);
    },
  };
}

/** To learn again from where the normal moved, but never that a confirmed incident is normal. */
function proposalOf(db: Db, modelId: number, moved: Moved, now: number): ProblemReport | null {
  const incidents = db
    .prepare(
      'SELECT start_ms AS "from", end_ms AS "to" FROM event ' +
        "WHERE model_id = ? AND verdict = 'confirmed'",
    )
    .all(modelId) as TimeRange[];
  const found = proposeRetraining(moved, now, incidents);
  if (!found) return null;
  const { range, drift, excluded } = found;
  return {
    ...{ kind: 'moved', channel: '', start: range.from, end: range.to, isOpen: false },
    ...{ found: drift, expected: excluded.length, detail: '' },
  };
}
