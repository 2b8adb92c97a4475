/**
 * The segments of a stream while its rows come in: those that stand, and behind them what the live
 * recogniser may still revise. Rows alone decide what they are, not when they are asked for.
 */
import type { ActivitySegment } from '../domain/activity.ts';
import { LiveRecogniser, type ClassifyOne, type LiveRibbon } from './live-recogniser.ts';
import type { Recogniser } from './recogniser.ts';

interface SavedSegments {
  readonly recogniser: unknown;
  readonly segments: readonly ActivitySegment[];
  readonly changedFrom: number;
}

export class LiveSegments {
  private readonly live: LiveRecogniser;
  /** Those that may still change or grow, oldest first. */
  private segments: readonly ActivitySegment[] = [];
  /** ms; what begins from here on was not taken since it changed. */
  private changedFrom = Infinity;

  constructor(recogniser: Recogniser, classify: ClassifyOne, periodMs: number) {
    this.live = new LiveRecogniser(recogniser, classify, periodMs);
  }

  /** One row: t in ms, ascending; values in the order of the plan's channels, NaN where missing. */
  push(t: number, values: ArrayLike<number>): void {
    const before = this.live.windows;
    this.live.push(t, values);
    const ended = this.live.takeEnded();
    if (ended) this.follow(ended);
    if (this.live.windows === before) return;
    const ribbon = this.live.ribbon();
    if (ribbon) this.follow(ribbon);
  }

  /** What replaces all that was taken before and begins at `from` or later; null: nothing new. */
  take(): LiveRibbon | null {
    const from = this.changedFrom;
    if (from === Infinity) return null;
    this.changedFrom = Infinity;
    return { from, segments: this.segments.filter(({ start }) => start >= from) };
  }

  /** All it remembers; copy it before the next row. */
  state(): unknown {
    const { segments, changedFrom } = this;
    const saved: SavedSegments = { recogniser: this.live.state(), segments, changedFrom };
    return saved;
  }

  /** Goes on where the state stood. Takes it over; hand in a copy. */
  restore(state: unknown): void {
    const { recogniser, segments, changedFrom } = state as SavedSegments;
    this.live.restore(recogniser);
    this.segments = segments;
    this.changedFrom = changedFrom;
  }

  private follow({ from, segments }: LiveRibbon): void {
    const standing = this.segments.flatMap((one) => {
      if (one.start >= from) return [];
      return [one.end > from ? { ...one, end: from } : one];
    });
    const [last, first] = [standing.at(-1), segments[0]];
    const next =
      last && first && last.end === first.start && last.activity === first.activity
        ? [...standing.slice(0, -1), joined(last, first), ...segments.slice(1)]
        : [...standing, ...segments];
    const same = next.findIndex((one, i) => !isSame(one, this.segments[i]));
    const changed = same < 0 ? next.length : same;
    if (changed < Math.max(next.length, this.segments.length)) {
      const start = next[changed]?.start ?? this.segments[changed].start;
      this.changedFrom = Math.min(this.changedFrom, start, this.segments[changed]?.start ?? start);
    }
    // Of what stands, the last may grow on; the others are never looked at again once taken.
    const keep = next.findIndex(({ end }) => end >= Math.min(from, this.changedFrom));
    this.segments = keep < 0 ? next.slice(-1) : next.slice(Math.max(0, keep));
  }
}

function joined(a: ActivitySegment, b: ActivitySegment): ActivitySegment {
  const [lengthA, lengthB] = [a.end - a.start, b.end - b.start];
  const confidence = (lengthA * a.confidence + lengthB * b.confidence) / (lengthA + lengthB);
  return { ...a, end: b.end, confidence };
}

function isSame(a: ActivitySegment, b: ActivitySegment | undefined): boolean {
  const isThere = a.start === b?.start && a.end === b.end;
  return isThere && a.activity === b.activity && a.confidence === b.confidence;
}
