/**
 * Odd shapes in the channels of a stream, row by row. Of the channels that repeat themselves those
 * that do so most are watched, as many as fit: each costs time and memory of its own.
 */
import type { DetectionMode, ShapeChoice } from '../domain/model.ts';
import { STRENGTH_MIN } from '../math/period.ts';
import {
  createShapes,
  endShape,
  followShapes,
  openShape,
  periodKnown,
  takeAsNormal,
  watchShapes,
  type OddShape,
  type ShapeState,
} from './shapes.ts';

/** A channel takes 0.3 MB, and at most so long a row: of one core a quarter is spent. */
const CHANNELS_MAX = 64;
const ROW_MS = 0.03;
const TIME_SHARE = 0.25;

/** Where it pays at its fixed threshold, by the benchmarks, unless told otherwise. */
export function areShapesWatched(
  { shapes = 'auto' }: { readonly shapes?: ShapeChoice | undefined },
  mode: DetectionMode,
  channels: number,
): boolean {
  return shapes === 'on' || (shapes === 'auto' && mode === 'reference' && channels === 1);
}

/** Channels that may be watched when a row comes every `periodMs`. */
export function shapeChannels(channels: number, periodMs: number): number {
  const affordable = Math.floor((TIME_SHARE * periodMs) / ROW_MS);
  return Math.min(channels, CHANNELS_MAX, Math.max(1, affordable));
}

export interface ShapeOrder {
  readonly channels: readonly string[];
  /** Rows taken as normal. */
  readonly trainRows: number;
  /** Channels watched at most. */
  readonly channelsMax: number;
}

export interface ShapeFound extends OddShape {
  readonly channel: string;
  readonly isOpen: boolean;
}

export class ShapeWatch {
  private readonly order: ShapeOrder;
  /** Looked at so far. */
  rows = 0;
  private states: ShapeState[];
  private found: ShapeFound[] = [];

  constructor(order: ShapeOrder) {
    this.order = order;
    this.states = order.channels.map(() => createShapes(order.trainRows));
  }

  /** One row; a value that is missing, NaN, is passed over. */
  push(t: number, values: ArrayLike<number>): void {
    const isNormal = this.rows++ < this.order.trainRows;
    this.states.forEach((state, k) => {
      const x = values[k];
      if (!Number.isFinite(x)) return;
      if (isNormal) takeAsNormal(state, x);
      else this.tell(k, followShapes(state, t, x), false);
    });
    if (this.rows === this.order.trainRows) this.choose();
  }

  /** Stretches that are over, each once, and those that go on, as far as they have come. */
  take(): readonly ShapeFound[] {
    this.states.forEach((state, k) => this.tell(k, openShape(state), true));
    return this.found.splice(0);
  }

  /** Ends the data: what goes on ends with them. */
  finish(): readonly ShapeFound[] {
    this.states.forEach((state, k) => this.tell(k, endShape(state), false));
    return this.found.splice(0);
  }

  /** Plain data, once all was taken; copy it before the next row. */
  state(): unknown {
    return { rows: this.rows, states: this.states };
  }

  restore(saved: unknown): void {
    Object.assign(this, saved as { rows: number; states: ShapeState[] });
  }

  private tell(k: number, shape: OddShape | null, isOpen: boolean): void {
    if (shape) this.found.push({ ...shape, channel: this.order.channels[k], isOpen });
  }

  private choose(): void {
    const periods = this.states.map(periodKnown);
    const chosen = [...periods.keys()]
      .filter((k) => periods[k].strength >= STRENGTH_MIN)
      .sort((a, b) => periods[b].strength - periods[a].strength || a - b)
      .slice(0, this.order.channelsMax);
    this.states.forEach((state, k) => watchShapes(state, chosen.includes(k) ? periods[k] : null));
  }
}
