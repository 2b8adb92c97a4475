/**
 * The time of a row. The device's own where it has one that can be trusted, else when the row came.
 * Clocks are set, reset and run from zero; times that are stored must neither collide nor wander:
 *
 *   - a row without time gets one between the rows before and its arrival, later than those before;
 *   - a clock that counts from the start of the device is laid on ours when it is first seen;
 *   - a clock that went along with ours and suddenly differs by seconds has jumped. The reading
 *     nearer to ours is believed; the other is corrected by the jump until it jumps again.
 *
 * A recording that is read faster or later than it was made goes along with no clock and is taken
 * as it is.
 */
import { ClockDrift, type Drift } from './clock-drift.ts';

/** Times before are not of a calendar: 2000-01-01. */
const CALENDAR_MS = 946_684_800_000;
/** Lags are noted this far apart, so that a burst of rows is one piece of evidence. */
const NOTE_EVERY_MS = 100;
const NOTES = 32;
/** A clock goes along with ours when its lag stayed within SPREAD over at least SPAN. */
const SPREAD_MS = 2000;
const SPAN_MS = 2000;
const NOTES_MIN = 4;
/** A lag that changes more at once is a jump. */
const JUMP_MS = 10_000;

export interface ClockJump {
  /** Whose clock: the device's or this machine's. */
  readonly whose: 'device' | 'machine';
  /** ms; below 0: stepped back. */
  readonly jumpMs: number;
}

export interface ClockListener {
  jumped(jump: ClockJump): void;
  /** null: it keeps pace again. */
  drifting(drift: Drift | null): void;
}

/** What must outlive a restart, so that the same rows get the same times. */
export interface ClockMemory {
  /** Added to the device's times, ms. */
  offset: number;
}

export class RowClock {
  readonly memory: ClockMemory;
  private readonly listener: ClockListener;
  private readonly drift = new ClockDrift();
  private readonly lags: { at: number; lag: number }[] = [];
  /** The lag of a clock that goes along with ours, ms; null: it does not, or not yet. */
  private steady: number | null = null;
  private lastRaw = NaN;
  private lastTime = -Infinity;
  private stepMs = NaN;

  /** after: the newest time that is stored; rows without a time come behind it. */
  constructor(memory: ClockMemory, after: number, listener: ClockListener) {
    this.memory = memory;
    this.lastTime = after;
    this.listener = listener;
  }

  /** Device behind arrival, ms; null when rows carry no time. */
  get lagMs(): number | null {
    return this.lags.at(-1)?.lag ?? null;
  }

  /** The time of a row with a device time, whole ms. */
  timeOf(raw: number, arrived: number): number {
    if (raw < CALENDAR_MS) this.layUptime(raw, arrived);
    else this.watch(raw, arrived);
    this.lastRaw = raw;
    const t = Math.round(raw + this.memory.offset);
    if (t > this.lastTime) this.lastTime = t;
    return t;
  }

  /** Times of rows without one that came at once, whole ms, ascending. */
  timesOf(rows: number, arrived: number): Float64Array {
    const known = Number.isFinite(this.lastTime);
    const average = known ? (arrived - this.lastTime) / rows : NaN;
    const isPause = !(average <= 3 * this.stepMs);
    // After a pause, and at the start, rows end at their arrival with the usual step between.
    const step = isPause ? Math.min(this.stepMs || 0, average || 0) : average;
    if (known && average > 0 && !isPause) this.stepMs += 0.1 * (average - this.stepMs);
    else if (known && average > 0 && Number.isNaN(this.stepMs)) this.stepMs = average;
    return Float64Array.from({ length: rows }, (_, i) => {
      const t = Math.round(arrived - (rows - 1 - i) * Math.max(0, step));
      this.lastTime = Math.max(t, known || i > 0 ? this.lastTime + 1 : t);
      return this.lastTime;
    });
  }

  /** A clock from zero begins where it is first seen, and again when it is reset. */
  private layUptime(raw: number, arrived: number): void {
    const { memory } = this;
    const wasReset = raw < this.lastRaw - SPREAD_MS;
    const isFirst = Number.isNaN(this.lastRaw);
    const isAstray = isFirst && !(Math.abs(raw + memory.offset - arrived) < 3_600_000);
    if (wasReset || isAstray) {
      const offset = Math.max(arrived, this.lastTime + 1) - raw;
      if (wasReset) this.listener.jumped({ whose: 'device', jumpMs: raw - this.lastRaw });
      memory.offset = Math.round(offset);
      this.forgetLags();
    }
    this.note(arrived, arrived - raw - memory.offset);
  }

  private watch(raw: number, arrived: number): void {
    const { memory, lags } = this;
    const lag = arrived - raw;
    const isFirst = Number.isNaN(this.lastRaw);
    // Put right while nobody listened.
    if (isFirst && Math.abs(lag) < Math.abs(lag - memory.offset)) {
      this.listener.jumped({ whose: 'device', jumpMs: memory.offset });
      memory.offset = 0;
    }
    const { steady } = this;
    if (steady !== null && Math.abs(lag - memory.offset - steady) > JUMP_MS) {
      const jumpMs = steady + memory.offset - lag;
      const rawStep = raw - this.lastRaw;
      const arrivedStep = arrived - lags.at(-1)!.at;
      // Whose step does not fit the usual pace?
      const isDevice = rawStep < 0 || Math.abs(rawStep) > Math.abs(arrivedStep);
      if (isDevice) {
        const isBelieved = Math.abs(lag) <= Math.abs(steady + memory.offset);
        memory.offset = isBelieved ? 0 : Math.round(lag - steady);
        this.listener.jumped({ whose: 'device', jumpMs });
      } else if (arrivedStep < 0) {
        this.listener.jumped({ whose: 'machine', jumpMs: -jumpMs });
      }
      this.forgetLags();
    }
    this.note(arrived, lag - memory.offset);
  }

  private note(at: number, lag: number): void {
    const last = this.lags.at(-1);
    if (last && Math.abs(at - last.at) < NOTE_EVERY_MS) return;
    this.lags.push({ at, lag });
    if (this.lags.length > NOTES) this.lags.shift();
    this.steady = this.steadyLag();
    if (this.drift.note(at, lag)) this.listener.drifting(this.drift.current);
  }

  private forgetLags(): void {
    this.lags.length = 0;
    this.steady = null;
    if (this.drift.current) this.listener.drifting(null);
    this.drift.forget();
  }

  private steadyLag(): number | null {
    const { lags } = this;
    if (lags.length < NOTES_MIN || lags.at(-1)!.at - lags[0].at < SPAN_MS) return null;
    const values = lags.map(({ lag }) => lag).sort((a, b) => a - b);
    return values.at(-1)! - values[0] < SPREAD_MS ? values[values.length >> 1] : null;
  }
}

/** This machine's clock, kept from running back: rows without a time must not collide. */
export class ArrivalClock {
  private last = -Infinity;
  private offset = 0;
  private readonly onJump: (jump: ClockJump) => void;

  constructor(onJump: (jump: ClockJump) => void) {
    this.onJump = onJump;
  }

  /** arrived: ms by the machine's clock; answers ms that never step back by much. */
  correct(arrived: number): number {
    const now = arrived + this.offset;
    if (now < this.last - SPREAD_MS) {
      const jumpMs = now - this.last;
      this.offset -= jumpMs;
      this.onJump({ whose: 'machine', jumpMs });
      return this.last;
    }
    this.last = Math.max(this.last, now);
    return now;
  }
}
