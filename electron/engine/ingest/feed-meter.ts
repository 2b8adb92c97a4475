/** What a feed counts, since it was made and since the last commit. */
import type { FeedCounters } from '../../../shared/domain/feed.ts';
import type { FeedCommit, FeedTotals } from '../store/live-records.ts';
import { NO_TOTALS } from '../store/live-records.ts';
import type { FeedNews } from './feed-place.ts';

/** Rates are over about so long. */
const RATE_MS = 2000;

type Counted = Omit<FeedTotals, 'duplicates'>;

export class FeedMeter {
  /** Why nothing can be stored; null while it can. */
  pausedBy: string | null = null;
  private totals: FeedTotals;
  private fresh: Counted = NO_TOTALS;
  private storedTo: number | null;
  private toldAt = -Infinity;
  private rate = 0;
  private rateAt = performance.now();
  private rateRows = 0;

  constructor(totals: FeedTotals, storedTo: number | null) {
    this.totals = totals;
    this.rateRows = totals.rows;
    this.storedTo = storedTo;
  }

  add(counts: Partial<Counted>): void {
    this.totals = sum(this.totals, counts);
    this.fresh = sum(this.fresh, counts);
  }

  /** What was counted since the last call. */
  takeTotals(): Counted {
    const { fresh } = this;
    this.fresh = NO_TOTALS;
    return fresh;
  }

  stored({ batch }: FeedCommit, duplicates: number): void {
    this.totals = { ...this.totals, duplicates: this.totals.duplicates + duplicates };
    const newest = batch.t.at(-1);
    if (newest !== undefined) this.storedTo = Math.max(this.storedTo ?? -Infinity, newest);
  }

  isTellDue(everyMs: number): boolean {
    return performance.now() - this.toldAt >= everyMs;
  }

  read(lagMs: number | null): Pick<FeedNews, 'counters' | 'late' | 'duplicates' | 'storedTo'> {
    this.toldAt = performance.now();
    this.measure();
    const { bytes, rows, bad, dropped, reconnects, late, duplicates } = this.totals;
    const counters: FeedCounters = {
      ...{ bytes, rows, bad, dropped, reconnects },
      lagMs,
      rate: this.rate,
    };
    return { counters, late, duplicates, storedTo: this.storedTo };
  }

  private measure(): void {
    const now = performance.now();
    const elapsed = now - this.rateAt;
    if (elapsed < 100) return;
    const current = (1000 * (this.totals.rows - this.rateRows)) / elapsed;
    const weight = 1 - Math.exp(-elapsed / RATE_MS);
    this.rate = this.rate === 0 ? current : this.rate + weight * (current - this.rate);
    this.rateAt = now;
    this.rateRows = this.totals.rows;
  }
}

function sum<T extends Counted>(a: T, b: Partial<Counted>): T {
  const changed = { ...a };
  for (const key of Object.keys(b) as (keyof Counted)[]) {
    (changed as Record<keyof Counted, number>)[key] += b[key]!;
  }
  return changed;
}
