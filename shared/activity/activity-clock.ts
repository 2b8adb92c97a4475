/**
 * What goes on at each row, said once and for good, as early as it can be: the live answer,
 * LIVE_LAG windows after the row. For whoever judges rows by what goes on.
 */
import { LIVE_LAG, LiveRecogniser, type ClassifyOne, type LiveRibbon } from './live-recogniser.ts';
import type { Recogniser } from './recogniser.ts';

/** In place of the index of a class. */
export const UNKNOWN = -1;

/** Index of a class of the recogniser, from `from` (inclusive) to `to` (exclusive), ms. */
interface Spell {
  readonly from: number;
  readonly to: number;
  readonly activity: number;
}

interface SavedClock {
  readonly live: unknown;
  readonly spells: readonly Spell[];
  readonly knownTo: number;
  readonly heardTo: number;
}

export class ActivityClock {
  private readonly live: LiveRecogniser;
  private readonly classes: readonly string[];
  /** From the end of a window back to where its answer ends to hold, ms. */
  private readonly tailMs: number;
  /** Rows that long past are no longer waited for: nothing will be said of them. */
  private readonly patienceMs: number;
  private spells: Spell[] = [];
  private known = -Infinity;
  private heard = -Infinity;

  constructor(recogniser: Recogniser, classify: ClassifyOne, periodMs: number) {
    this.live = new LiveRecogniser(recogniser, classify, periodMs);
    const { classes, window, hop, stepMs } = recogniser.spec;
    this.classes = classes;
    this.tailMs = ((window - hop) / 2) * stepMs;
    this.patienceMs = 2 * (window + LIVE_LAG * hop) * stepMs;
  }

  /** ms; of rows before this everything is said that ever will be. */
  get knownTo(): number {
    return this.known;
  }

  /** ms; the last row that was taken in. */
  get heardTo(): number {
    return this.heard;
  }

  /** One row: t in ms, ascending; values in the order of the plan's channels, NaN where missing. */
  push(t: number, values: ArrayLike<number>): void {
    const before = this.live.windows;
    this.live.push(t, values);
    this.heard = t;
    const ended = this.live.takeEnded();
    if (ended) this.note(ended, 0);
    if (this.live.windows !== before) {
      const ribbon = this.live.ribbon();
      if (ribbon) this.note(ribbon, this.tailMs);
    }
    this.known = Math.max(this.known, t - this.patienceMs);
  }

  /** No more rows come: says what it can of those still open. */
  finish(): void {
    const ribbon = this.live.ribbon(0);
    if (ribbon) this.note(ribbon, 0);
    this.known = Infinity;
  }

  /** Index of the class, or UNKNOWN. Times ascend from call to call. */
  activityAt(t: number): number {
    while (this.spells.length > 0 && this.spells[0].to <= t) this.spells.shift();
    const spell = this.spells[0];
    return spell && spell.from <= t ? spell.activity : UNKNOWN;
  }

  /** All it remembers; copy it before the next row. */
  state(): unknown {
    const { spells, known: knownTo, heard: heardTo } = this;
    const saved: SavedClock = { live: this.live.state(), spells, knownTo, heardTo };
    return saved;
  }

  /** Goes on where the state stood. Takes it over; hand in a copy. */
  restore(state: unknown): void {
    const { live, spells, knownTo, heardTo } = state as SavedClock;
    this.live.restore(live);
    this.spells = [...spells];
    [this.known, this.heard] = [knownTo, heardTo];
  }

  /** What was said before stands, whatever is thought of it by now. */
  private note({ segments }: LiveRibbon, tailMs: number): void {
    const end = segments[segments.length - 1].end - tailMs;
    for (const { start, end: last, activity } of segments) {
      const [from, to] = [Math.max(start, this.known), Math.min(last, end)];
      if (to <= from) continue;
      const index = activity === null ? UNKNOWN : this.classes.indexOf(activity);
      const before = this.spells.at(-1);
      if (before?.activity === index && before.to === from) {
        this.spells[this.spells.length - 1] = { ...before, to };
      } else this.spells.push({ from, to, activity: index });
    }
    this.known = Math.max(this.known, end);
  }
}
