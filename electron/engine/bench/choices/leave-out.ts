/**
 * What a choice is worth on data that it was not made on. A figure is a share, Σ gained/Σ possible:
 * of NAB's points, of F1 = 2 tp/(2 tp + fp + fn), of a mean. An alternative is chosen on all groups
 * but one and measured on that one; together these measurements say how choosing carries over.
 */

export interface Tally {
  readonly gained: number;
  readonly possible: number;
}

export interface LeftOutGroup {
  readonly group: string;
  /** Best on all other groups, as an index into the alternatives; 0 is the default. */
  readonly chosen: number;
  /** Per cent. */
  readonly score: number;
  readonly scoreAtDefault: number;
}

export interface LeaveOut {
  readonly groups: readonly LeftOutGroup[];
  readonly atDefault: number;
  /** Every group by what the others chose. */
  readonly carried: number;
  /** Chosen on all groups, and measured on them too. */
  readonly best: number;
  readonly hindsight: number;
  /** Of each alternative, the default first: its figure, and in how many groups it does better. */
  readonly alternatives: readonly {
    readonly figure: number;
    readonly better: number;
    readonly worse: number;
  }[];
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (key: keyof Tally): number => tallies.reduce((total, one) => total + one[key], 0);
  return { gained: sum('gained'), possible: sum('possible') };
}

/** Per cent; not finite where nothing could be gained. */
export const figureOf = ({ gained, possible }: Tally): number => (100 * gained) / possible;

/** A figure that counts as much as any other, however much could be gained in it. */
export const meanTally = (tallies: readonly Tally[]): Tally => ({
  gained: figureOf(sumOf(tallies)) / 100,
  possible: 1,
});

/** `tallies`: by alternative, the default first, then by group. Of equals the first is chosen. */
export function leaveOneOut(
  groups: readonly string[],
  tallies: readonly (readonly Tally[])[],
): LeaveOut {
  const figures = tallies.map((byGroup) => figureOf(sumOf(byGroup)));
  const rows = groups.map((group, g): LeftOutGroup => {
    const chosen = highest(
      tallies.map((byGroup) => figureOf(sumOf(byGroup.filter((_, i) => i !== g)))),
    );
    const score = figureOf(tallies[chosen][g]);
    return { group, chosen, score, scoreAtDefault: figureOf(tallies[0][g]) };
  });
  const best = highest(figures);
  return {
    groups: rows,
    atDefault: figures[0],
    carried: figureOf(sumOf(rows.map(({ chosen }, g) => tallies[chosen][g]))),
    best,
    hindsight: figures[best],
    alternatives: tallies.map((byGroup, a) => {
      const gains = byGroup.map((tally, g) => gainOf(tally, tallies[0][g]));
      return {
        figure: figures[a],
        better: gains.filter((gain) => gain > 0).length,
        worse: gains.filter((gain) => gain < 0).length,
      };
    }),
  };
}

/** Where nothing could be gained, what was lost decides. */
function gainOf(tally: Tally, byDefault: Tally): number {
  const gain = figureOf(tally) - figureOf(byDefault);
  return Number.isFinite(gain) ? gain : tally.gained - byDefault.gained;
}

function highest(figures: readonly number[]): number {
  return figures.reduce((best, figure, i) => (figure > figures[best] ? i : best), 0);
}
