/**
 * Does a device's clock run faster or slower than ours? What a row is late by is the difference of
 * the clocks and the time it travelled; the quickest row of each minute travelled about alike, so
 * that the slope of these is the drift. Slope and scatter are medians (Theil 1950, Sen 1968): a
 * minute of a busy network does not show.
 */
import { quantile } from '../../../shared/math/stats.ts';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 60_000;
const WINDOWS = 60;
const WINDOWS_MIN = 10;
/** Drifts that are told, ms an hour: from 140 millionths on; over once it is half of that. */
const DRIFT_MIN = 500;
/** What changes faster is no clock that goes along with ours, but a queue or a recording. */
const DRIFT_MAX = 72_000;
/** Of the change over all windows, in scatters around the line, and in ms. */
const SCATTERS_MIN = 4;
const CHANGE_MS_MIN = 200;
/** Standard deviation over median absolute deviation, of normal numbers. */
const DEVIATION = 1.4826;

export interface Drift {
  /** ms an hour; above 0: the device's clock falls behind. */
  readonly perHour: number;
  /** When it was first seen, ms. */
  readonly since: number;
}

export class ClockDrift {
  /** null: it keeps pace, or it cannot be told yet. */
  current: Drift | null = null;
  private readonly quickest: { readonly at: number; readonly lag: number }[] = [];
  private opened = NaN;
  private best = { at: NaN, lag: Infinity };

  /** A row came so late, ms; `at` by our clock. True when `current` was looked at anew. */
  note(at: number, lag: number): boolean {
    if (Number.isNaN(this.opened)) this.opened = at;
    const isOver = at - this.opened >= WINDOW_MS;
    if (isOver) this.closeWindow(at);
    if (lag < this.best.lag) this.best = { at, lag };
    return isOver;
  }

  /** After a jump everything before says nothing. */
  forget(): void {
    this.quickest.length = 0;
    this.opened = NaN;
    this.best = { at: NaN, lag: Infinity };
    this.current = null;
  }

  private closeWindow(at: number): void {
    this.quickest.push(this.best);
    if (this.quickest.length > WINDOWS) this.quickest.shift();
    this.opened = at;
    this.best = { at, lag: Infinity };
    this.current = this.estimate();
  }

  private estimate(): Drift | null {
    const points = this.quickest;
    if (points.length < WINDOWS_MIN) return null;
    const slopes = points.flatMap((a, i) =>
      points.slice(i + 1).map((b) => (b.lag - a.lag) / (b.at - a.at)),
    );
    const slope = quantile(Float64Array.from(slopes), 0.5);
    const rests = Float64Array.from(points, ({ at, lag }) => lag - slope * at);
    const middle = quantile(rests, 0.5);
    const off = quantile(
      rests.map((rest) => Math.abs(rest - middle)),
      0.5,
    );
    const change = Math.abs(slope) * (points.at(-1)!.at - points[0].at);
    const isClear = change >= Math.max(CHANGE_MS_MIN, SCATTERS_MIN * DEVIATION * off);
    const perHour = slope * HOUR_MS;
    const least = this.current ? DRIFT_MIN / 2 : DRIFT_MIN;
    const isDrift = Math.abs(perHour) >= least && Math.abs(perHour) <= DRIFT_MAX;
    return isDrift && isClear ? { perHour, since: this.current?.since ?? points[0].at } : null;
  }
}
