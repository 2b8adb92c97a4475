/** Recordings of a benchmark that cannot be scored, and why. */
import { Failure } from '../../shared/contract/failure.ts';
import type { SeriesFile } from '../engine/bench/series.ts';

export class UnfitFiles {
  private readonly reasons = new Map<string, string>();

  /** Told again by another seed it is the same. */
  readonly add = ({ file }: { readonly file: SeriesFile }, reason: string): void => {
    this.reasons.set(`${file.category}/${file.name}`, reason);
  };

  get files(): { readonly file: string; readonly reason: string }[] {
    return [...this.reasons].map(([file, reason]) => ({ file, reason }));
  }

  get lines(): string[] {
    return this.files.map(({ file, reason }) => `Not scored: ${file}: ${reason}.`);
  }

  /** Throws Failure bad-input when that is all of so many. */
  refuseAll(count: number): void {
    if (this.reasons.size < count) return;
    throw new Failure('bad-input', ['No recording can be scored.', ...this.lines].join('\n'));
  }
}
