import { describe, expect, it } from 'vitest';
import { activityProblems } from '../../electron/engine/activity/activity-problems.ts';
import { learnRules, ruleBreaks } from '../../shared/activity/activity-rules.ts';
import type { ActivitySegment, Label } from '../../shared/domain/activity.ts';
import type { RecogniserCard } from '../../shared/domain/recogniser.ts';
import { problemSentence } from '../../shared/domain/problem-words.ts';

const GAP_MS = 100;
const SECOND = 1000;

/** Activities one after the other, each for so many seconds. */
const course = (spells: readonly (readonly [string | null, number])[]): ActivitySegment[] => {
  let end = 0;
  return spells.map(([activity, seconds]) => {
    const start = end;
    end = start + seconds * SECOND;
    return { start, end, activity, confidence: 1 };
  });
};

const ROUND = [
  ['idle', 20],
  ['ramp', 5],
  ['run', 40],
] as const;
const labels = course(Array.from({ length: 6 }, () => ROUND).flat()).map(
  ({ start, end, activity }, id): Label => ({
    ...{ id, streamId: 1, kind: 'activity', activity: activity!, start, end, author: '', note: '' },
  }),
);
const rules = learnRules([labels], GAP_MS);

describe('what labels show', () => {
  it('is what follows what, and how long it takes', () => {
    expect(rules.followers).toEqual([
      { activity: 'idle', followers: ['ramp'] },
      { activity: 'ramp', followers: ['run'] },
      { activity: 'run', followers: ['idle'] },
    ]);
    expect(rules.lengths).toContainEqual({
      activity: 'idle',
      shortestMs: 20 * SECOND,
      longestMs: 20 * SECOND,
    });
  });

  it('is nothing where there are few labels, or none beside another', () => {
    expect(learnRules([labels.slice(0, 9)], GAP_MS)).toEqual({ followers: [], lengths: [] });
    const apart = labels.map((one) => ({ ...one, end: one.end - 3 * GAP_MS }));
    expect(learnRules([apart], GAP_MS)).toEqual({ followers: [], lengths: [] });
  });
});

describe('what was never labelled', () => {
  const kinds = (spells: readonly (readonly [string | null, number])[]): unknown[] =>
    ruleBreaks(course(spells), rules, GAP_MS).map(({ kind, activity, before, isOpen }) => {
      return [kind, activity, before, isOpen];
    });

  it('is told: another order, too long, too short', () => {
    expect(kinds([...ROUND, ...ROUND])).toEqual([]);
    expect(
      kinds([
        ['idle', 20],
        ['run', 40],
      ]),
    ).toEqual([['order', 'run', 'idle', false]]);
    expect(kinds([...ROUND, ['idle', 31]])).toEqual([['dwell', 'idle', null, true]]);
    expect(
      kinds([
        ['run', 40],
        ['idle', 13],
        ['ramp', 5],
      ]),
    ).toEqual([['dwell', 'idle', null, false]]);
  });

  it('is not told of what is unknown, beside it, or cut off', () => {
    expect(
      kinds([
        ['idle', 20],
        [null, 5],
        ['run', 40],
      ]),
    ).toEqual([]);
    expect(
      kinds([
        [null, 5],
        ['idle', 3],
        ['ramp', 5],
      ]),
    ).toEqual([]);
    expect(
      kinds([
        ['run', 1],
        ['idle', 20],
        ['ramp', 1],
      ]),
    ).toEqual([]);
  });

  it('becomes events in words, once the newest is sure', () => {
    const card = { rules, windowMs: GAP_MS, hopMs: 2 * SECOND } as RecogniserCard;
    const segments = course([...ROUND, ['ramp', 19]]);
    expect(activityProblems(segments, card, true)).toEqual([]);
    const found = activityProblems(course([...ROUND, ['ramp', 30]]), card, true);
    expect(found.map((one) => problemSentence(one))).toEqual([
      'run → ramp: the labels never show this order.',
      expect.stringMatching(/^ramp took 30 s; the longest labelled took 5 s\.$/),
    ]);
    expect(problemSentence(found[1], 'zh-CN')).toContain('最长');
    expect(found.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});
