/** Rows of the tables of activities as the domain's nouns. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { KeptSegment, Label, LabelKind } from '../../../shared/domain/activity.ts';
import type { RecogniserCard } from '../../../shared/domain/recogniser.ts';
import type { Db } from './database.ts';

export interface LabelRow {
  readonly id: number;
  readonly stream_id: number;
  readonly kind: LabelKind;
  readonly activity: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly author: string;
  readonly note: string;
}

export function labelOf(row: LabelRow): Label {
  const { id, kind, activity, author, note } = row;
  const { stream_id: streamId, start_ms: start, end_ms: end } = row;
  return { id, streamId, kind, activity, start, end, author, note };
}

export function labelsOf(db: Db, streamId: number): Label[] {
  const rows = db.prepare('SELECT * FROM label WHERE stream_id = ? ORDER BY start_ms, id');
  return (rows.all(streamId) as LabelRow[]).map(labelOf);
}

/** Throws Failure not-found. */
export function labelById(db: Db, id: number): Label {
  const row = db.prepare('SELECT * FROM label WHERE id = ?').get(id);
  if (row) return labelOf(row as LabelRow);
  throw new Failure('not-found', `There is no label ${id}; it may have been removed.`);
}

export interface SegmentRow {
  readonly id: number;
  readonly stream_id: number;
  readonly recogniser_id: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly activity: string | null;
  readonly confidence: number;
  readonly is_edited: number;
}

export function segmentOf(row: SegmentRow): KeptSegment {
  const { id, activity, confidence } = row;
  return {
    ...{ id, streamId: row.stream_id, recogniserId: row.recogniser_id },
    ...{ start: row.start_ms, end: row.end_ms, activity, confidence },
    isEdited: row.is_edited === 1,
  };
}

export function cardOf(row: { readonly card: string }): RecogniserCard {
  return JSON.parse(row.card) as RecogniserCard;
}
