/** Looks at rows on their way to the store for trouble with the data themselves. */
import type { FeedChecks } from '../../../shared/domain/feed-state.ts';
import type { Collected } from './collector.ts';
import type { ProblemBook } from './problem-book.ts';
import { createSampling, takeStep, type Sampling } from './sampling.ts';

/** Silence that is told unless something else was asked for. */
const STALE_STEPS = 30;
const STALE_MS_MIN = 10_000;
/** A channel that rests now and then is flat only after so many times its longest rest. */
const RESTS = 10;

interface ChannelState {
  last: number;
  /** Equal values in a row, the longest run of them before, and where the present one began. */
  run: number;
  longest: number;
  since: number;
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
    let late = 0;
    for (const time of t) {
      if (this.newest !== null && time < this.newest) late++;
      if (this.newest === null || time > this.newest) this.step(time);
    }
    this.book.count('late', late, t[0], now);
    names.forEach((name, k) => {
      if (this.checks.flatRows > 0) this.watchFlat(name, t, batch.columns[k]);
    });
    for (const { channel, low, high } of this.checks.limits) {
      const k = names.indexOf(channel);
      if (k >= 0) this.watchRange(channel, low ?? -Infinity, high ?? Infinity, t, batch.columns[k]);
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

  private step(time: number): void {
    const { newest, sampling, book } = this;
    this.newest = time;
    if (newest === null) return;
    const wasStale = book.isOpen('stale');
    book.close('stale', '', time);
    if (!takeStep(sampling, time - newest) || wasStale) return;
    const expected = sampling.periodMs ?? 0;
    const found = time - newest;
    book.tell({ kind: 'gap', channel: '', start: newest, end: time, found, expected, detail: '' });
  }

  private watchFlat(name: string, t: Float64Array, column: Float64Array): void {
    let state = this.channels.get(name);
    if (!state) {
      state = { last: NaN, run: 0, longest: 0, since: t[0] };
      this.channels.set(name, state);
    }
    for (let i = 0; i < t.length; i++) {
      const value = column[i];
      if (value !== value) continue;
      if (value === state.last) {
        state.run++;
        continue;
      }
      if (!Number.isNaN(state.last)) state.longest = Math.max(state.longest, state.run);
      this.book.close('flat', name, t[i]);
      state.last = value;
      state.run = 1;
      state.since = t[i];
    }
    const moved = state.longest > 0;
    if (!moved || state.run < Math.max(this.checks.flatRows, RESTS * state.longest)) return;
    const end = t[t.length - 1];
    const { since: start, last: found } = state;
    this.book.raise({ kind: 'flat', channel: name, start, end, found, expected: 0, detail: '' });
  }

  private watchRange(
    channel: string,
    low: number,
    high: number,
    t: Float64Array,
    column: Float64Array,
  ): void {
    for (let i = 0; i < t.length; i++) {
      const value = column[i];
      if (value !== value) continue;
      if (value >= low && value <= high) {
        this.book.close('range', channel, t[i]);
        continue;
      }
      const expected = value < low ? low : high;
      const [open] = this.book.openOf('range').filter((report) => report.channel === channel);
      const isFarther = !open || Math.abs(value - expected) > Math.abs(open.found - open.expected);
      const worst = isFarther ? { found: value, expected } : open;
      const { found, expected: limit } = worst;
      const at = { start: t[i], end: t[i] };
      this.book.raise({ kind: 'range', channel, ...at, found, expected: limit, detail: '' });
    }
  }
}
