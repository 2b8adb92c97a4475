/** The weights of every training of a model, and how many rows it has scored. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { Db } from './database.ts';
import type { StoreReads } from './store-api.ts';
import { cardOf, modelRecord, scoreTable, type ModelRecord } from './stream-record.ts';

type TrainingReads = Pick<
  StoreReads,
  'training.count' | 'training.get' | 'score.count' | 'score.line' | 'model.list' | 'model.card'
>;

export function trainingReads(db: Db): TrainingReads {
  return {
    'model.list': (streamId) => {
      const rows = db
        .prepare(
          'SELECT id, card, role, EXISTS (SELECT 1 FROM monitor WHERE model_id = id) AS live ' +
            'FROM model WHERE stream_id = ? AND card IS NOT NULL ORDER BY id DESC',
        )
        .all(streamId) as Pick<ModelRecord & { live: number }, 'card' | 'role' | 'live'>[];
      return rows.map(({ card, role, live }) => ({
        card: JSON.parse(card!) as ModelCard,
        role,
        isLive: live === 1,
      }));
    },
    'model.card': (id) => {
      const card = cardOf(modelRecord(db, id));
      if (!card) throw new Failure('not-found', `Model ${id} has not been learnt to its end.`);
      return card;
    },
    'score.line': (id, after, limit) => {
      const from = Number.isFinite(after) ? after : -Number.MAX_SAFE_INTEGER;
      const rows = db
        .prepare(`SELECT t, c0 FROM ${scoreTable(id)} WHERE t > ? ORDER BY t LIMIT ?`)
        .raw()
        .all(from, limit) as [number, number | null][];
      return {
        t: Float64Array.from(rows, ([t]) => t),
        scores: Float64Array.from(rows, ([, score]) => score ?? NaN),
      };
    },
    'score.count': (id, to) =>
      db
        .prepare(`SELECT count(*) FROM ${scoreTable(id)} WHERE t <= ?`)
        .pluck()
        .get(to) as number,
    'training.count': (id) =>
      db.prepare('SELECT count(*) FROM training WHERE model_id = ?').pluck().get(id) as number,
    'training.get': (id, number) => {
      const row = db
        .prepare('SELECT checkpoint FROM training WHERE model_id = ? AND number = ?')
        .get(id, number);
      if (!row) throw new Failure('not-found', `Training ${number} of model ${id} is not kept.`);
      return new Uint8Array((row as { checkpoint: Uint8Array }).checkpoint);
    },
  };
}
