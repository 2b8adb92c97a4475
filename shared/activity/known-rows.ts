/**
 * Rows on their way to a detector that must know what goes on: read once, told to a clock, and
 * handed on in order as soon as it has spoken, with the activity as one more column.
 */
import type { SampleBatch } from '../domain/stream.ts';
import { UNKNOWN, type ActivityClock } from './activity-clock.ts';

interface Row {
  readonly t: number;
  readonly values: Float64Array;
  /** null: not yet known. */
  activity: number | null;
}

interface SavedRows {
  readonly clock: unknown;
  readonly rows: readonly Row[];
}

/** Rows with t > after, at most limit, in time order. */
type ReadRows = (after: number, limit: number) => Promise<SampleBatch>;

export class KnownRows {
  private readonly clock: ActivityClock;
  /** Of what the recogniser reads, in its order. */
  private readonly columns: readonly number[];
  private readonly read: ReadRows;
  /** Read, and not yet done with. */
  private rows: Row[] = [];

  constructor(clock: ActivityClock, columns: readonly number[], read: ReadRows) {
    this.clock = clock;
    this.columns = columns;
    this.read = read;
  }

  /** Rows behind `after`, in ms, of which it is known what went on; none: more have to come. */
  async next(after: number, limit: number): Promise<SampleBatch> {
    for (;;) {
      this.rows = this.rows.filter(({ t }) => t > after);
      this.ask();
      const waiting = this.rows.findIndex(({ activity }) => activity === null);
      const known = this.rows.slice(0, Math.min(limit, waiting < 0 ? Infinity : waiting));
      if (known.length > 0) return batchOf(known);
      const batch = await this.read(Math.max(after, this.clock.heardTo), limit);
      if (batch.t.length === 0) return batch;
      batch.t.forEach((_, row) => this.hear(batch, row));
    }
  }

  /** Tells the clock a row of a batch, unless it was told before. */
  hear({ t, columns }: SampleBatch, row: number): void {
    if (t[row] <= this.clock.heardTo) return;
    const values = Float64Array.from(columns, (column) => column[row]);
    this.clock.push(
      t[row],
      this.columns.map((column) => values[column]),
    );
    this.rows.push({ t: t[row], values, activity: null });
  }

  /** No more rows come: what is open is said as well as it can be. True when rows waited for it. */
  finish(): boolean {
    this.clock.finish();
    return this.ask();
  }

  /** What is not known by now is unknown. True when rows waited for it. */
  giveUp(): boolean {
    const waiting = this.rows.filter(({ activity }) => activity === null);
    for (const row of waiting) row.activity = UNKNOWN;
    return waiting.length > 0;
  }

  /** As plain data, for rows behind `after`; copy it before the next row. */
  state(after: number): unknown {
    const rows = this.rows.filter(({ t }) => t > after);
    const saved: SavedRows = { clock: this.clock.state(), rows };
    return saved;
  }

  /** Takes the state over; hand in a copy. */
  restore(state: unknown): void {
    const { clock, rows } = state as SavedRows;
    this.clock.restore(clock);
    this.rows = [...rows];
  }

  /** Answers are asked for once, since the clock forgets them. True when there were any. */
  private ask(): boolean {
    const due = this.rows.filter(({ t, activity }) => activity === null && t < this.clock.knownTo);
    for (const row of due) row.activity = this.clock.activityAt(row.t);
    return due.length > 0;
  }
}

function batchOf(rows: readonly Row[]): SampleBatch {
  const columns = Array.from(rows[0].values, (_, k) =>
    Float64Array.from(rows, ({ values }) => values[k]),
  );
  const activities = Float64Array.from(rows, ({ activity }) => activity ?? UNKNOWN);
  return { t: Float64Array.from(rows, ({ t }) => t), columns: [...columns, activities] };
}
