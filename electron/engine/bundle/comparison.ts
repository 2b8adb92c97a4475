/** Scores as they were stored beside scores as they come out now. */
import type { Recomputed, ScoreDifference } from '../../../shared/domain/bundle.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import { isSame } from './replay.ts';

export class Comparison {
  private readonly names: readonly string[];
  private rows = 0;
  private differing = 0;
  private first: ScoreDifference | null = null;

  constructor({ channels, activities }: DetectionSpec) {
    this.names = scoreColumnNames(channels, activities);
  }

  row(t: number, stored: readonly Float64Array[], row: number, computed: Float64Array): void {
    this.rows++;
    const column = computed.findIndex((value, c) => !isSame(value, stored[c][row]));
    if (column < 0) return;
    this.differing++;
    this.first ??= {
      ...{ t, column: this.names[column] },
      stored: finite(stored[column][row]),
      computed: finite(computed[column]),
    };
  }

  get result(): Recomputed {
    const { rows, differing, first } = this;
    return { rows, differing, first };
  }
}

/** JSON has no NaN. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
