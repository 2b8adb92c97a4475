/** The writing half of activities. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { ActivityWrites } from './activity-store.ts';
import type { Db } from './database.ts';
import { labelWrites } from './label-writes.ts';
import { segmentWrites } from './segment-writes.ts';

export function activityWrites(db: Db): ActivityWrites {
  return {
    ...labelWrites(db),
    ...segmentWrites(db),
    'class.colour': (name, colour) => {
      db.prepare('INSERT OR REPLACE INTO activity_class (name, colour) VALUES (?, ?)').run(
        name,
        colour,
      );
    },
    'recogniser.create': (options) => {
      const insert = db.prepare('INSERT INTO recogniser (options) VALUES (?)');
      return Number(insert.run(JSON.stringify(options)).lastInsertRowid);
    },
    'recogniser.publish': (card, checkpoint) => {
      const { changes } = db
        .prepare('UPDATE recogniser SET card = ?, checkpoint = ? WHERE id = ?')
        .run(JSON.stringify(card), checkpoint, card.id);
      if (changes === 0) throw new Failure('not-found', `There is no recogniser ${card.id}.`);
    },
    'recogniser.purge': (id) => void db.prepare('DELETE FROM recogniser WHERE id = ?').run(id),
    'recogniser.activate': db.transaction((recogniserId, streamId) => {
      db.prepare('DELETE FROM segment WHERE stream_id = ?').run(streamId);
      db.prepare('DELETE FROM recognised_stream WHERE stream_id = ?').run(streamId);
      if (recogniserId === null) return;
      db.prepare('INSERT INTO recognised_stream (stream_id, recogniser_id) VALUES (?, ?)').run(
        streamId,
        recogniserId,
      );
    }),
  };
}
