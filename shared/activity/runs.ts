/** Runs: stretches of equal classes in a sequence of windows or samples. */
export interface Run {
  readonly value: number;
  /** Inclusive. */
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

export function runsOf(sequence: ArrayLike<number>): Run[] {
  const runs: Run[] = [];
  for (let i = 0, first = 0; i < sequence.length; i++) {
    if (i + 1 < sequence.length && sequence[i + 1] === sequence[first]) continue;
    runs.push({ value: sequence[first], first, last: i });
    first = i + 1;
  }
  return runs;
}

/**
 * Runs shorter than `lengthMin` go to their longer neighbour, the shortest first, until none is
 * left or all is one run.
 */
export function absorbShortRuns<T extends Uint16Array | number[]>(
  sequence: T,
  lengthMin: number,
): T {
  for (;;) {
    const runs = runsOf(sequence);
    const short = runs.filter((run) => lengthOf(run) < lengthMin);
    if (short.length === 0 || runs.length === 1) return sequence;
    const least = short.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a));
    const at = runs.indexOf(least);
    const neighbours = [runs[at - 1], runs[at + 1]].filter((run) => run !== undefined);
    const heir = neighbours.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
    sequence.fill(heir.value, least.first, least.last + 1);
  }
}

export function lengthOf({ first, last }: Run): number {
  return last - first + 1;
}
