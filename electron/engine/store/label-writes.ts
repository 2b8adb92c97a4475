/**
 * Labels, step by step: each step is all or nothing, is kept with what it changed, and can be taken
 * back and done again. Whatever a step leads to must keep to the rules of labels.
 */
import { labelRefusal, refusalWords } from '../../../shared/activity/label-rules.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Label, LabelChange, NewLabel } from '../../../shared/domain/activity.ts';
import { labelById, labelOf, labelsOf, type LabelRow } from './activity-rows.ts';
import type { ActivityWrites, LabelEdit } from './activity-store.ts';
import type { Db } from './database.ts';
import { moveSegments, type SegmentsChange } from './segment-steps.ts';
import { streamRecord, toStreamInfo } from './stream-record.ts';

/** Steps that can be taken back. */
const STEPS_MAX = 500;
/** Places in the palette of activities. */
const COLOURS = 12;

type LabelWrites = Pick<ActivityWrites, 'label.edit' | 'label.undo' | 'label.redo'>;

export function labelWrites(db: Db): LabelWrites {
  const edit = (one: LabelEdit): readonly LabelChange[] => {
    const changes = carryOut(db, one);
    if (changes.length > 0) keepStep(db, changes);
    return changes;
  };
  return {
    'label.edit': db.transaction(edit),
    'label.undo': db.transaction((streamId) => again(db, streamId, 'undo')),
    'label.redo': db.transaction((streamId) => again(db, streamId, 'redo')),
  };
}

/** Within the caller's transaction; what `also` does to segments is part of the step. */
export function editLabels(
  db: Db,
  edit: LabelEdit,
  also: () => SegmentsChange,
): readonly LabelChange[] {
  const changes = carryOut(db, edit);
  keepStep(db, changes, also());
  return changes;
}

function carryOut(db: Db, { add = [], change, remove = [] }: LabelEdit): LabelChange[] {
  const removed = remove.map((id): LabelChange => ({ before: labelById(db, id), after: null }));
  for (const { before } of removed) take(db, before!);
  const changed: LabelChange[] = [];
  if (change) {
    const before = labelById(db, change.id);
    const { kind, activity } = { ...before, ...change.change };
    const after = { ...before, ...change.change, activity: kind === 'activity' ? activity : '' };
    take(db, before);
    put(db, after);
    changed.push({ before, after });
  }
  // Of a stream whose labels are looked at once, however many come.
  const known = new Map<number, Label[]>();
  const added = add.map(({ streamId, label }): LabelChange => {
    const others = known.get(streamId) ?? labelsOf(db, streamId);
    known.set(streamId, others);
    const after = putNew(db, streamId, label, others);
    others.push(after);
    return { before: null, after };
  });
  return [...removed, ...changed, ...added];
}

function take(db: Db, { id }: Label): void {
  db.prepare('DELETE FROM label WHERE id = ?').run(id);
}

/** A label that has its id already. */
function put(db: Db, label: Label): void {
  const { id, streamId, kind, activity, start, end, author, note } = label;
  refuseUnfit(db, streamId, label, labelsOf(db, streamId));
  noteClass(db, label);
  db.prepare(
    'INSERT INTO label (id, stream_id, kind, activity, start_ms, end_ms, author, note) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(id, streamId, kind, activity, start, end, author, note);
}

function putNew(db: Db, streamId: number, label: NewLabel, others: readonly Label[]): Label {
  refuseUnfit(db, streamId, label, others);
  noteClass(db, label);
  const { kind, start, end, author, note } = label;
  const activity = kind === 'activity' ? label.activity : '';
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO label (stream_id, kind, activity, start_ms, end_ms, author, note) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(streamId, kind, activity, start, end, author, note);
  return { ...label, activity, id: Number(lastInsertRowid), streamId };
}

function refuseUnfit(db: Db, streamId: number, label: NewLabel, others: readonly Label[]): void {
  const { range } = toStreamInfo(db, streamRecord(db, streamId));
  const refusal = labelRefusal(label, others, range);
  if (refusal) throw new Failure('bad-input', refusalWords(label, refusal));
}

/** A new activity gets the colour that fewest have. */
function noteClass(db: Db, { kind, activity }: NewLabel): void {
  if (kind !== 'activity') return;
  const known = db.prepare('SELECT 1 FROM activity_class WHERE name = ?').get(activity);
  if (known) return;
  const used = db.prepare('SELECT colour FROM activity_class').pluck().all() as number[];
  const counts = Array.from({ length: COLOURS }, (_, c) => used.filter((one) => one === c).length);
  const colour = counts.indexOf(Math.min(...counts));
  db.prepare('INSERT INTO activity_class (name, colour) VALUES (?, ?)').run(activity, colour);
}

/** Whatever was taken back before cannot be done again behind a new step. */
function keepStep(db: Db, changes: readonly LabelChange[], segments?: SegmentsChange): void {
  const streams = streamsOf(changes);
  for (const streamId of streams) {
    db.prepare(
      'DELETE FROM label_step WHERE is_undone = 1 AND id IN ' +
        '(SELECT step_id FROM label_step_stream WHERE stream_id = ?)',
    ).run(streamId);
  }
  const insert = db.prepare('INSERT INTO label_step (body) VALUES (?)');
  const step: Step = { labels: changes, ...(segments && { segments }) };
  const stepId = Number(insert.run(JSON.stringify(step)).lastInsertRowid);
  const join = db.prepare('INSERT INTO label_step_stream (stream_id, step_id) VALUES (?, ?)');
  for (const streamId of streams) join.run(streamId, stepId);
  db.prepare('DELETE FROM label_step WHERE id <= ?').run(stepId - STEPS_MAX);
}

function streamsOf(changes: readonly LabelChange[]): Set<number> {
  return new Set(changes.flatMap(({ before, after }) => (before ?? after)?.streamId ?? []));
}

interface Step {
  readonly labels: readonly LabelChange[];
  readonly segments?: SegmentsChange;
}

/** Steps once were their changes of labels alone. */
function stepOf({ body }: StepRow): Step {
  const kept = JSON.parse(body) as Step | LabelChange[];
  return Array.isArray(kept) ? { labels: kept } : kept;
}

interface StepRow {
  readonly id: number;
  readonly body: string;
}

/** The newest step that stands, taken back; or the oldest that was taken back, done again. */
function again(db: Db, streamId: number, way: 'undo' | 'redo'): readonly LabelChange[] {
  const isUndo = way === 'undo';
  const row = db
    .prepare(
      'SELECT id, body FROM label_step JOIN label_step_stream ON step_id = id ' +
        `WHERE stream_id = ? AND is_undone = ? ORDER BY id ${isUndo ? 'DESC' : 'ASC'} LIMIT 1`,
    )
    .get(streamId, isUndo ? 0 : 1) as StepRow | undefined;
  if (!row) return [];
  const { labels, segments } = stepOf(row);
  const changes = isUndo
    ? labels.map(({ before, after }) => ({ before: after, after: before })).reverse()
    : labels;
  for (const { before } of changes) if (before) takeUnchanged(db, before);
  for (const { after } of changes) if (after) put(db, after);
  if (segments) moveSegments(db, segments, way);
  db.prepare('UPDATE label_step SET is_undone = ? WHERE id = ?').run(isUndo ? 1 : 0, row.id);
  return changes;
}

function takeUnchanged(db: Db, label: Label): void {
  const row = db.prepare('SELECT * FROM label WHERE id = ?').get(label.id) as LabelRow | undefined;
  const now = row && labelOf(row);
  const fields = Object.keys(label) as (keyof Label)[];
  if (!now || fields.some((field) => now[field] !== label[field])) {
    throw new Failure(
      'conflict',
      'A label of this step was changed on another recording since; it stays as it is. ' +
        'Change it by hand.',
    );
  }
  take(db, label);
}
