/** Segments as a recogniser finds them again and again, and as people correct them. */
import { Failure } from '../../../shared/contract/failure.ts';
import type {
  ActivitySegment,
  CorrectedSegment,
  KeptSegment,
  SegmentCorrection,
} from '../../../shared/domain/activity.ts';
import { labelsOf, segmentOf, type SegmentRow } from './activity-rows.ts';
import type { ActivityWrites, SegmentCommit } from './activity-store.ts';
import type { Db } from './database.ts';
import { editLabels } from './label-writes.ts';
import { watchSegments } from './segment-steps.ts';

type SegmentWrites = Pick<ActivityWrites, 'segment.commit' | 'segment.correct'>;

export function segmentWrites(db: Db): SegmentWrites {
  return {
    'segment.commit': db.transaction((streamId, recogniserId, commit) => {
      const { changes } = db
        .prepare(
          'UPDATE recognised_stream SET read_to = coalesce(?, read_to), ' +
            'state = coalesce(?, state) WHERE stream_id = ? AND recogniser_id = ?',
        )
        .run(commit.state && commit.readTo, commit.state, streamId, recogniserId);
      if (changes > 0) replaceFrom(db, streamId, recogniserId, commit);
    }),
    'segment.correct': db.transaction((id, correction) => correct(db, id, correction)),
  };
}

type Place = readonly [streamId: number, recogniserId: number];

/** A segment that begins where it began before keeps its id, so that whoever looks at it stays. */
function replaceFrom(
  db: Db,
  streamId: number,
  recogniserId: number,
  { from, segments }: Pick<SegmentCommit, 'from' | 'segments'>,
): void {
  const place: Place = [streamId, recogniserId];
  const edited = rowsOf(db, place, 'is_edited = 1 AND end_ms > ?', from).map(segmentOf);
  const free = segments.flatMap((segment) => outside(segment, edited));
  const old = rowsOf(db, place, 'is_edited = 0 AND start_ms >= ?', from);
  db.prepare(
    `UPDATE segment SET end_ms = ? WHERE ${OF_PLACE} AND is_edited = 0 AND
    start_ms < ? AND end_ms > ?`,
  ).run(from, ...place, from, from);
  const known = new Map(old.map((row) => [row.start_ms, row.id]));
  for (const { start, end, activity, confidence } of free) {
    const id = known.get(start);
    known.delete(start);
    if (id === undefined) insert(db, place, { start, end, activity, confidence });
    else {
      db.prepare('UPDATE segment SET end_ms = ?, activity = ?, confidence = ? WHERE id = ?').run(
        end,
        activity,
        confidence,
        id,
      );
    }
  }
  for (const id of known.values()) db.prepare('DELETE FROM segment WHERE id = ?').run(id);
}

const OF_PLACE = 'stream_id = ? AND recogniser_id = ?';

function rowsOf(db: Db, place: Place, where: string, ...values: number[]): SegmentRow[] {
  const sql = `SELECT * FROM segment WHERE ${OF_PLACE} AND ${where} ORDER BY start_ms`;
  return db.prepare(sql).all(...place, ...values) as SegmentRow[];
}

function insert(db: Db, place: Place, segment: ActivitySegment): void {
  const { start, end, activity, confidence } = segment;
  db.prepare(
    'INSERT INTO segment (stream_id, recogniser_id, start_ms, end_ms, activity, confidence) ' +
      'VALUES (?, ?, ?, ?, ?, ?)',
  ).run(...place, start, end, activity, confidence);
}

/** What is left of a segment beside those that people corrected. */
function outside(segment: ActivitySegment, edited: readonly KeptSegment[]): ActivitySegment[] {
  return edited.reduce<ActivitySegment[]>(
    (parts, { start, end }) =>
      parts.flatMap((part) => {
        if (end <= part.start || start >= part.end) return [part];
        const left = part.start < start ? [{ ...part, end: start }] : [];
        return part.end > end ? [...left, { ...part, start: end }] : left;
      }),
    [segment],
  );
}

/** Its neighbours give way, or follow where it leaves them room. */
function correct(db: Db, id: number, correction: SegmentCorrection): CorrectedSegment {
  const row = db.prepare('SELECT * FROM segment WHERE id = ?').get(id) as SegmentRow | undefined;
  if (!row) {
    throw new Failure('not-found', `There is no segment ${id}; it may have been found anew.`);
  }
  const activity = correction.activity ?? row.activity;
  if (activity === null) {
    throw new Failure('bad-input', 'The segment is of no known activity; name one for it.');
  }
  const start = correction.start ?? row.start_ms;
  const end = correction.end ?? row.end_ms;
  const { streamId } = segmentOf(row);
  const replaced = labelsOf(db, streamId).filter((label) => {
    const isCovered = label.start >= start && label.end <= end;
    const isOwn = row.is_edited === 1 && label.start === row.start_ms && label.end === row.end_ms;
    return label.kind === 'activity' && (isCovered || isOwn);
  });
  const label = { kind: 'activity', activity, start, end, note: '' } as const;
  const edit = {
    remove: replaced.map((one) => one.id),
    add: [{ streamId, label: { ...label, author: correction.author } }],
  };
  const changes = editLabels(db, edit, () => {
    return watchSegments(db, row, { start, end }, () => {
      makeRoom(db, row, start, end);
      db.prepare(
        'UPDATE segment SET start_ms = ?, end_ms = ?, activity = ?, confidence = 1, ' +
          'is_edited = 1 WHERE id = ?',
      ).run(start, end, activity, id);
    });
  });
  const changed = db.prepare('SELECT * FROM segment WHERE id = ?').get(id) as SegmentRow;
  return { segment: segmentOf(changed), label: changes.at(-1)!.after! };
}

function makeRoom(db: Db, row: SegmentRow, start: number, end: number): void {
  const place: Place = [row.stream_id, row.recogniser_id];
  const beside = `${OF_PLACE} AND id <> ?`;
  const own = [...place, row.id];
  db.prepare(`DELETE FROM segment WHERE ${beside} AND start_ms >= ? AND end_ms <= ?`).run(
    ...own,
    start,
    end,
  );
  const around = rowsOf(db, place, 'id <> ? AND start_ms < ? AND end_ms > ?', row.id, start, end);
  for (const one of around) insert(db, place, { ...segmentOf(one), start: end });
  const follow = start > row.start_ms ? row.start_ms : null;
  db.prepare(
    `UPDATE segment SET end_ms = ? WHERE ${beside} AND start_ms < ? AND
    (end_ms > ? OR end_ms = ?)`,
  ).run(start, ...own, start, start, follow);
  const lead = end < row.end_ms ? row.end_ms : null;
  db.prepare(
    `UPDATE segment SET start_ms = ? WHERE ${beside} AND end_ms > ? AND
    ((start_ms >= ? AND start_ms < ?) OR start_ms = ?)`,
  ).run(end, ...own, end, start, end, lead);
}
