/** The weights of every training of a model, and how many rows it has scored. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { Db } from './database.ts';
import type { StoreReads } from './store-api.ts';
import { scoreTable } from './stream-record.ts';

type TrainingReads = Pick<StoreReads, 'training.count' | 'training.get' | 'score.count'>;

export function trainingReads(db: Db): TrainingReads {
  return {
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
