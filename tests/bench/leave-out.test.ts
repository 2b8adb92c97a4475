/** What is chosen without a group, and what that is worth: on tallies made by hand. */
import { describe, expect, it } from 'vitest';
import {
  leaveOneOut,
  meanTally,
  type Tally,
} from '../../electron/engine/bench/choices/leave-out.ts';

const of = (...pairs: [gained: number, possible: number][]): Tally[] =>
  pairs.map(([gained, possible]) => ({ gained, possible }));

describe('a choice made without a group', () => {
  const groups = ['a', 'b', 'c'];

  it('takes what is best on the others and measures it here', () => {
    // Without a: 50 % against 60 %. Without b: 50 % against 45 %. Without c: 50 % against 55 %.
    const byDefault = of([5, 10], [5, 10], [5, 10]);
    const other = of([4, 10], [7, 10], [5, 10]);
    const found = leaveOneOut(groups, [byDefault, other]);
    expect(found.groups).toEqual([
      { group: 'a', chosen: 1, score: 40, scoreAtDefault: 50 },
      { group: 'b', chosen: 0, score: 50, scoreAtDefault: 50 },
      { group: 'c', chosen: 1, score: 50, scoreAtDefault: 50 },
    ]);
    expect(found.atDefault).toBe(50);
    // Chosen with all in sight it looks better than the default; chosen without, it is worse.
    expect([found.best, found.hindsight]).toEqual([1, (100 * 16) / 30]);
    expect(found.carried).toBeCloseTo((100 * 14) / 30);
    expect(found.alternatives[1]).toEqual({ figure: (100 * 16) / 30, better: 1, worse: 1 });
  });

  it('stays at the default among equals', () => {
    const same = of([1, 2], [3, 4], [5, 6]);
    const found = leaveOneOut(groups, [same, same, same]);
    expect(found.groups.map(({ chosen }) => chosen)).toEqual([0, 0, 0]);
    expect(found.best).toBe(0);
    expect(found.carried).toBe(found.atDefault);
    expect(found.alternatives[2]).toMatchObject({ better: 0, worse: 0 });
  });

  it('pools what can be gained: a large group weighs more, a mean weighs it like any other', () => {
    const byDefault = of([90, 100], [0, 2]);
    const other = of([80, 100], [2, 2]);
    const pooled = leaveOneOut(['large', 'small'], [byDefault, other]);
    expect(pooled.best).toBe(0);
    const means = [byDefault, other].map((all) => all.map((one) => meanTally([one])));
    expect(leaveOneOut(['large', 'small'], means).best).toBe(1);
  });

  it('counts what false alarms cost where there is nothing to gain', () => {
    const byDefault = of([5, 10], [5, 10], [-1, 0]);
    const other = of([5, 10], [5, 10], [-3, 0]);
    const found = leaveOneOut(groups, [byDefault, other]);
    expect(found.alternatives[1]).toEqual({ figure: 35, better: 0, worse: 1 });
    expect(found.groups[2].score).toBe(-Infinity);
  });
});
