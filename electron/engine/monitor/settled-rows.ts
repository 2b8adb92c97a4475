/**
 * Which stored rows may be scored. A row with all its values is whole. One with values missing may
 * still get them, since its parts travel apart; it is taken as it is once it is so long stored.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';

const SETTLE_MS = 500;

export class SettledRows {
  /** What was the newest stored row when; the oldest entry first. */
  private readonly seen: { readonly at: number; readonly newest: number }[] = [];
  private settledTo = -Infinity;

  /** How many rows of a batch may be scored, from its first on. now: ms of any steady clock. */
  count({ t, columns }: SampleBatch, wanted: readonly number[], now: number): number {
    if (t.length === 0) {
      // All are scored: nothing is waited for.
      this.seen.length = 0;
      return 0;
    }
    this.note(t[t.length - 1], now);
    for (let row = 0; row < t.length; row++) {
      if (t[row] <= this.settledTo) continue;
      if (wanted.some((column) => Number.isNaN(columns[column][row]))) return row;
    }
    return t.length;
  }

  /** ms until more rows may be scored; null: only new ones can tell. */
  waitMs(now: number): number | null {
    const [first] = this.seen;
    return first ? Math.max(0, first.at + SETTLE_MS - now) : null;
  }

  private note(newest: number, now: number): void {
    const last = this.seen.at(-1)?.newest ?? this.settledTo;
    if (newest > last) this.seen.push({ at: now, newest });
    while (this.seen.length > 0 && this.seen[0].at <= now - SETTLE_MS) {
      this.settledTo = this.seen.shift()!.newest;
    }
  }
}
