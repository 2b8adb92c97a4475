/** What a correction did to segments, kept with its step so that it can be taken back. */
import type { SegmentRow } from './activity-rows.ts';
import type { Db } from './database.ts';

export interface SegmentsChange {
  /** The corrected one. */
  readonly id: number;
  readonly before: readonly SegmentRow[];
  readonly after: readonly SegmentRow[];
}

/** Carries `work` out and tells what it changed around the segment and its new place. */
export function watchSegments(
  db: Db,
  row: SegmentRow,
  { start, end }: { readonly start: number; readonly end: number },
  work: () => void,
): SegmentsChange {
  const near = (): SegmentRow[] =>
    db
      .prepare(
        'SELECT * FROM segment WHERE stream_id = ? AND recogniser_id = ? AND ' +
          'end_ms >= ? AND start_ms <= ? ORDER BY start_ms',
      )
      .all(
        ...[row.stream_id, row.recogniser_id],
        ...[Math.min(start, row.start_ms), Math.max(end, row.end_ms)],
      ) as SegmentRow[];
  const before = near();
  work();
  const after = near();
  const isIn = (rows: readonly SegmentRow[]) => (one: SegmentRow) =>
    rows.some((other) => isSame(one, other));
  return {
    id: row.id,
    before: before.filter((one) => !isIn(after)(one)),
    after: after.filter((one) => !isIn(before)(one)),
  };
}

/**
 * Where the recogniser has found segments anew since, they stay as they are; the corrected one is
 * its own again.
 */
export function moveSegments(db: Db, change: SegmentsChange, way: 'undo' | 'redo'): void {
  const { id, before, after } = change;
  const [from, to] = way === 'undo' ? [after, before] : [before, after];
  const get = db.prepare('SELECT * FROM segment WHERE id = ?');
  const isAsLeft = from.every((row) => {
    const now = get.get(row.id) as SegmentRow | undefined;
    return now !== undefined && isSame(now, row);
  });
  if (!isAsLeft) {
    if (way === 'undo') db.prepare('UPDATE segment SET is_edited = 0 WHERE id = ?').run(id);
    return;
  }
  for (const row of from) db.prepare('DELETE FROM segment WHERE id = ?').run(row.id);
  const insert = db.prepare(
    'INSERT INTO segment (id, stream_id, recogniser_id, start_ms, end_ms, activity, confidence, ' +
      'is_edited) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  for (const row of to) {
    insert.run(
      ...[row.id, row.stream_id, row.recogniser_id, row.start_ms, row.end_ms],
      ...[row.activity, row.confidence, row.is_edited],
    );
  }
}

function isSame(a: SegmentRow, b: SegmentRow): boolean {
  return (
    a.id === b.id &&
    a.start_ms === b.start_ms &&
    a.end_ms === b.end_ms &&
    a.activity === b.activity &&
    a.is_edited === b.is_edited
  );
}
