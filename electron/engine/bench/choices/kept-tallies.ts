/**
 * What was tried so far, in a file that grows by a line a trial: a run that was cut off goes on
 * where it stood. A line is known by its series, seed, setup and version.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { RECIPE } from '../../../../shared/detect/recipe.ts';
import type { Tally } from './leave-out.ts';
import { textOf } from './setup.ts';
import type { Trial, TrialOrder } from './try-series.ts';

interface Line {
  readonly key: string;
  readonly tally: Tally | null;
}

export class KeptTallies {
  private readonly known = new Map<string, Tally | null>();
  private readonly path: string | null;
  private readonly version: string;

  /** `path`: null keeps for the run alone. A last line that was cut off is passed over. */
  constructor(path: string | null, version: string) {
    this.path = path;
    this.version = version;
    if (path === null || !existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const kept = parsed(line);
      if (kept) this.known.set(kept.key, kept.tally);
    }
  }

  /** undefined: not tried yet; null: the series does not tell. */
  of(order: TrialOrder, trial: Trial): Tally | null | undefined {
    return this.known.get(this.keyOf(order, trial));
  }

  /** Trials of which nothing is known, each once. */
  missing(order: TrialOrder): Trial[] {
    const trials = order.trials.map((trial) => [this.keyOf(order, trial), trial] as const);
    return [...new Map(trials.filter(([key]) => !this.known.has(key))).values()];
  }

  add(order: TrialOrder, trial: Trial, tally: Tally | null): void {
    const line: Line = { key: this.keyOf(order, trial), tally };
    this.known.set(line.key, tally);
    if (this.path !== null) appendFileSync(this.path, `\n${JSON.stringify(line)}`);
  }

  private keyOf({ file, seed }: TrialOrder, { change, judgedBy }: Trial): string {
    // A recording may stand twice in a list, with labels of its own each time.
    const { family, category, name, bytes, spans } = file;
    const series = [family, category, name, bytes, spans];
    const what = [this.version, RECIPE, series, seed, judgedBy, change];
    return createHash('sha256').update(textOf(what)).digest('hex').slice(0, 24);
  }
}

function parsed(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}
