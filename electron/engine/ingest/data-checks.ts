/** Looks at rows on their way to the store for trouble with the data themselves. */
import {
  createFlat,
  flatLine,
  followFlat,
  type FlatLine,
  type FlatState,
} from '../../../shared/detect/flat-line.ts';
import type { FeedChecks } from '../../../shared/domain/feed-state.ts';
import type { Collected } from './collector.ts';
import type { ProblemBook } from './problem-book.ts';
import { createSampling, takeStep, type Sampling } from './sampling.ts';

/** Silence that is told unless something else was asked for. */
const STALE_STEPS = 30;
const STALE_MS_MIN = 10_000;

interface ChannelState {
  readonly flat: FlatState;
  /** Told as beyond its limits, and not over. */
  isBeyond: boolean;
}

export class DataChecks {
  readonly sampling: Sampling = createSampling();
  private readonly checks: FeedChecks;
  private readonly book: ProblemBook;
  private readonly channels = new Map<string, ChannelState>();
  /** Time of the newest row, ms. */
  private newest: number | null;
  private arrivedAt = NaN;

  /** storedTo, periodMs: what a former run left; ms. */
  constructor(
    checks: FeedChecks,
    book: ProblemBook,
    storedTo: number | null,
    periodMs: number | null,
  ) {
    this.checks = checks;
    this.book = book;
    this.newest = storedTo;
    if (periodMs !== null) for (let i = 0; i < 8; i++) takeStep(this.sampling, periodMs);
  }

  /** Rows about to be stored, with the names of their channels; answers how many are late. */
  take({ batch }: Collected, names: readonly string[], now: number): number {
    const { t } = batch;
    if (t.length === 0) return 0;
    this.arrivedAt = now;
    const late = this.takeTimes(t);
    this.book.count('late', late, t[0], now);
    if (this.checks.flatRows > 0) {
      names.forEach((name, k) => this.watchFlat(name, t, batch.columns[k]));
    }
    for (const limits of this.checks.limits) {
      const k = names.indexOf(limits.channel);
      if (k >= 0) this.watchRange(limits, t, batch.columns[k]);
    }
    return late;
  }

  /** To be called now and then: silence shows only by the clock. */
  watch(now: number): void {
    this.book.settle(now);
    const { staleMs } = this.checks;
    const { periodMs } = this.sampling;
    if (staleMs === 0 || this.newest === null || Number.isNaN(this.arrivedAt)) return;
    if (staleMs === null && periodMs === null) return;
    const most = staleMs ?? Math.max(STALE_MS_MIN, STALE_STEPS * periodMs!);
    const silent = now - this.arrivedAt;
    if (silent <= most || this.book.isOpen('stale')) return;
    const start = this.newest;
    const expected = periodMs ?? most;
    const end = start + silent;
    this.book.raise({
      kind: 'stale',
      channel: '',
      start,
      end,
      found: silent,
      expected,
      detail: '',
    });
  }

  /** Steps and gaps between times, ascending, ms; answers how many are late. */
  private takeTimes(t: Float64Array): number {
    const { sampling, book } = this;
    // Silence was told as such: it is no gap as well.
    let wasStale = book.isOpen('stale');
    let late = 0;
    for (let i = 0; i < t.length; i++) {
      const from = this.newest;
      if (from !== null && t[i] <= from) {
        if (t[i] < from) late++;
        continue;
      }
      this.newest = t[i];
      if (from === null) continue;
      const expected = sampling.periodMs ?? 0;
      const isGap = takeStep(sampling, t[i] - from);
      if (wasStale) book.close('stale', '', t[i]);
      else if (isGap) this.tellGap(from, t[i], expected);
      wasStale = false;
    }
    return late;
  }

  private tellGap(start: number, end: number, expected: number): void {
    const found = end - start;
    this.book.tell({ kind: 'gap', channel: '', start, end, found, expected, detail: '' });
  }

  private stateOf(name: string): ChannelState {
    const known = this.channels.get(name);
    if (known) return known;
    const state = { flat: createFlat(), isBeyond: false };
    this.channels.set(name, state);
    return state;
  }

  private watchFlat(name: string, t: Float64Array, column: Float64Array): void {
    const { flat } = this.stateOf(name);
    const rule = { rowsMin: this.checks.flatRows, learnsRests: true };
    for (let i = 0; i < t.length; i++) {
      const value = column[i];
      if (value !== value) continue;
      const over = followFlat(flat, rule, t[i], value);
      if (!over) continue;
      // One that began and ended since the last batch was not told yet.
      this.raiseFlat(name, over, t[i]);
      this.book.close('flat', name, t[i]);
    }
    const going = flatLine(flat);
    if (going) this.raiseFlat(name, going, t[t.length - 1]);
  }

  private raiseFlat(channel: string, { start, value: found }: FlatLine, end: number): void {
    this.book.raise({ kind: 'flat', channel, start, end, found, expected: 0, detail: '' });
  }

  private watchRange(
    { channel, low, high }: FeedChecks['limits'][number],
    t: Float64Array,
    column: Float64Array,
  ): void {
    const least = low ?? -Infinity;
    const most = high ?? Infinity;
    const state = this.stateOf(channel);
    for (let i = 0; i < t.length; i++) {
      const value = column[i];
      if (value !== value) continue;
      if (value >= least && value <= most) {
        if (state.isBeyond) this.book.close('range', channel, t[i]);
        state.isBeyond = false;
        continue;
      }
      state.isBeyond = true;
      this.raiseRange(channel, t[i], value, value < least ? least : most);
    }
  }

  private raiseRange(channel: string, t: number, value: number, limit: number): void {
    const open = this.book.openOf('range').find((report) => report.channel === channel);
    const isFarther = !open || Math.abs(value - limit) > Math.abs(open.found - open.expected);
    const { found, expected } = isFarther ? { found: value, expected: limit } : open;
    const at = { start: t, end: t };
    this.book.raise({ kind: 'range', channel, ...at, found, expected, detail: '' });
  }
}
