/** What the watch for odd shapes of a model found, with its state. */
import type { Db } from './database.ts';
import { eventWriter, listShapes } from './event-rows.ts';
import type { ProblemReport } from './live-records.ts';
import type { StoreReads, StoreWrites } from './store-api.ts';
import { modelRecord } from './stream-record.ts';

export function shapeWrites(db: Db): Pick<StoreWrites, 'shapes.commit'> {
  const events = eventWriter(db);
  const commit: StoreWrites['shapes.commit'] = (modelId, { found, state, savedTo }) => {
    const { stream_id: streamId } = modelRecord(db, modelId);
    db.prepare('INSERT OR IGNORE INTO shape_watch (model_id) VALUES (?)').run(modelId);
    if (state) {
      const set = db.prepare('UPDATE shape_watch SET saved_to = ?, state = ? WHERE model_id = ?');
      set.run(savedTo, state, modelId);
    }
    return found.map(({ distance, usual, ...shape }) => {
      const report: ProblemReport = {
        ...{ ...shape, kind: 'shape', found: distance, expected: usual, detail: '' },
      };
      return events.putProblem(streamId, report, modelId);
    });
  };
  return { 'shapes.commit': db.transaction(commit) };
}

export function shapeReads(db: Db): Pick<StoreReads, 'shapes.state' | 'shapes.list'> {
  const get = 'SELECT saved_to AS savedTo, state FROM shape_watch WHERE model_id = ?';
  return {
    'shapes.list': (modelId) => listShapes(db, modelId),
    'shapes.state': (modelId) => {
      const row = db.prepare(get).get(modelId) as
        { readonly savedTo: number | null; readonly state: Uint8Array | null } | undefined;
      if (!row?.state || row.savedTo === null) return null;
      return { savedTo: row.savedTo, state: new Uint8Array(row.state) };
    },
  };
}
