/** What clocks do wrong, told as problems of the stream. */
import type { Drift } from './clock-drift.ts';
import type { ProblemBook } from './problem-book.ts';
import type { ClockJump } from './row-clock.ts';

export class ClockProblems {
  private readonly book: ProblemBook;
  private readonly now: () => number;
  /** By origin. */
  private readonly drifts = new Map<string, Drift>();

  constructor(book: ProblemBook, now: () => number) {
    this.book = book;
    this.now = now;
  }

  jumped({ whose, jumpMs }: ClockJump): void {
    const now = this.now();
    const at = { start: now, end: now, found: jumpMs, expected: 0, detail: whose };
    this.book.tell({ kind: 'clock', channel: '', ...at });
  }

  /** One problem for all devices of the source: that of the clock that is off most. */
  drifting(origin: string, drift: Drift | null): void {
    if (drift) this.drifts.set(origin, drift);
    else this.drifts.delete(origin);
    const worst = [...this.drifts].reduce<readonly [string, Drift] | null>(
      (a, b) => (a && Math.abs(a[1].perHour) >= Math.abs(b[1].perHour) ? a : b),
      null,
    );
    const now = this.now();
    if (!worst) return this.book.close('drift', '', now);
    const [detail, { since: start, perHour: found }] = worst;
    this.book.raise({ kind: 'drift', channel: '', start, end: now, found, expected: 0, detail });
  }
}
