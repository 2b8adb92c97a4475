import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createEventState,
  finishEvent,
  followEvent,
  type EventState,
} from '../../shared/detect/events.ts';
import { BURST_ROWS } from '../../shared/detect/threshold/judge.ts';
import { RECIPE } from '../../shared/detect/recipe.ts';
import { createReading, type Reading } from '../../shared/detect/reading.ts';
import type { AnomalyEvent } from '../../shared/domain/event.ts';

const THRESHOLD = 2;
const names = ['pressure', 'flow'];
const STEP_MS = 1000;
/** Kinds are told elsewhere; here nothing is remembered. */
const past = { rows: 0, values: () => new Float64Array(), time: () => NaN, scale: () => 1 };

/** A row that scores so much; alarms from the threshold on unless told otherwise. */
function row(score: number, own = [score, 0], held = score >= THRESHOLD ? score : 0): Reading {
  const reading = { ...createReading(2), score, held, threshold: THRESHOLD, provisional: false };
  reading.own.set(own);
  reading.expectedLow.set([-1, -1]);
  reading.expectedHigh.set([1, 1]);
  return reading;
}

function follow(
  state: EventState,
  readings: readonly Reading[],
  mergeRows: number,
  from = 0,
): AnomalyEvent[] {
  return readings.flatMap((reading, i) => {
    const values = Float64Array.of(10 * reading.score, 0);
    const t = (from + i) * STEP_MS;
    return followEvent(state, names, t, values, reading, mergeRows, past) ?? [];
  });
}

function eventsOf(readings: readonly Reading[], mergeRows = 20): AnomalyEvent[] {
  const state = createEventState();
  const closed = follow(state, readings, mergeRows);
  return [...closed, ...[finishEvent(state, names, past) ?? []].flat()];
}

const quiet = (rows: number): Reading[] => Array.from({ length: rows }, () => row(0.1));
const scores = (values: readonly number[]): Reading[] => values.map((value) => row(value));

describe('events', () => {
  it('are none without an alarm, however high the score', () => {
    const loud = Array.from({ length: 50 }, () => row(9, [9, 0], 0));
    expect(eventsOf([...quiet(10), ...loud])).toEqual([]);
  });

  it('begin with the alarm, peak where the score does and end with the last hot row', () => {
    const [event, ...more] = eventsOf([...quiet(5), ...scores([2.1, 3.2, 2.5, 1.7]), ...quiet(60)]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      start: 5 * STEP_MS,
      end: 8 * STEP_MS,
      peakTime: 6 * STEP_MS,
      peakScore: 3.2,
      provisional: false,
    });
  });

  it('are as high as their highest row, where only the first of a burst alarms', () => {
    const silent = (score: number): Reading => row(score, [score, 0], 0);
    const [event, ...more] = eventsOf([row(2.1), silent(2.6), silent(4), silent(3), ...quiet(40)]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ start: 0, end: 3 * STEP_MS, peakScore: 4, severity: 'high' });
    expect(event.peakTime).toBe(2 * STEP_MS);
  });

  it('close as soon as the score was low for longer than a dip', () => {
    const state = createEventState();
    expect(follow(state, [...scores([3]), ...quiet(20)], 20)).toEqual([]);
    expect(follow(state, quiet(1), 20, 21)).toHaveLength(1);
    expect(finishEvent(state, names, past)).toBeNull();
  });

  it('bridge dips of 20 rows and part at longer ones', () => {
    const around = (gap: number): number =>
      eventsOf([...scores([3]), ...quiet(gap), ...scores([3])]).length;
    expect([0, 1, 19, 20, 60].map(around)).toEqual([1, 1, 1, 2, 2]);
    const far = [...scores([3]), ...quiet(150), ...scores([3.1]), ...quiet(250), ...scores([3])];
    expect(eventsOf(far, RECIPE.alarm.holdRows)).toHaveLength(2);
  });

  it('go on over rows that could not be scored', () => {
    const unknown = Array.from({ length: 10 }, () => row(NaN, [0, 0], 0));
    const events = eventsOf([...scores([3]), ...unknown, ...scores([2.5]), ...unknown]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ start: 0, end: 11 * STEP_MS, peakScore: 3 });
  });

  it('are the strongest channel first, with shares of the summed scores', () => {
    const [event] = eventsOf([row(3, [1, 3]), row(2, [0, 2]), row(2.2, [1, 1])]);
    expect(event.channels.map(({ name, share }) => [name, share])).toEqual([
      ['flow', 6 / 8],
      ['pressure', 2 / 8],
    ]);
  });

  it('tell what was seen and expected in the row that stood out most', () => {
    const [event] = eventsOf(scores([2.5, 4, 3]));
    const [strongest] = event.channels;
    expect(strongest).toMatchObject({ observed: 40, expectedLow: -1, expectedHigh: 1 });
  });

  it('share evenly when no channel has a score of its own', () => {
    const [event] = eventsOf([row(3, [0, 0])]);
    expect(event.channels.map(({ share }) => share)).toEqual([0.5, 0.5]);
  });

  it.each([
    [2, 'low'],
    [2.29, 'low'],
    [2.31, 'medium'],
    [2.99, 'medium'],
    [3, 'high'],
    [50, 'high'],
  ])('with a peak of %d over a threshold of 2 are %s', (peak, severity) => {
    expect(eventsOf(scores([2, peak]))[0].severity).toBe(severity);
  });

  it('tell whether the peak was provisional', () => {
    const early = { ...row(3), provisional: true };
    expect(eventsOf([early, row(2.5)])[0].provisional).toBe(true);
    expect(eventsOf([early, row(3.5)])[0].provisional).toBe(false);
  });
});

describe('events of any score series', () => {
  const readings = fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.double({ min: 0, max: 1.5, noNaN: true }) },
        { weight: 1, arbitrary: fc.double({ min: 1.5, max: 6, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(NaN) },
      ),
      fc.double({ min: 0, max: 5, noNaN: true }),
    ),
    { minLength: 1, maxLength: 300 },
  );

  function check(rows: readonly Reading[], events: readonly AnomalyEvent[], merge: number): void {
    const alarms = rows.flatMap(({ held }, i) => (held > 0 ? [i * STEP_MS] : []));
    let before = -Infinity;
    for (const { start, end, peakTime, peakScore, channels } of events) {
      expect(start).toBeGreaterThan(before);
      expect(alarms).toContain(start);
      expect(alarms).toContain(peakTime);
      expect(peakTime >= start && peakTime <= end).toBe(true);
      const inside = alarms.filter((t) => t >= start && t <= end);
      expect(peakScore).toBe(Math.max(...inside.map((t) => rows[t / STEP_MS].score)));
      const [first, second] = channels.map(({ share }) => share);
      expect(first + second).toBeCloseTo(1, 12);
      expect(first).toBeGreaterThanOrEqual(second);
      before = end;
    }
    const within = (t: number): number =>
      events.filter(({ start, end }) => t >= start && t <= end).length;
    expect(alarms.map(within)).toEqual(alarms.map(() => 1));
    events.slice(1).forEach(({ start }, i) => {
      expect(start - events[i].end).toBeGreaterThan(20 * STEP_MS);
      const last = alarms.findLast((t) => t <= events[i].end)!;
      expect(start - last).toBeGreaterThan(merge * STEP_MS);
    });
  }

  it.each([RECIPE.alarm.holdRows, BURST_ROWS, 3])('hold together, merging %d rows', (merge) => {
    fc.assert(
      fc.property(readings, (raw) => {
        const rows = raw.map(([score, other]) => row(score, [score || 0, other]));
        check(rows, eventsOf(rows, merge), merge);
      }),
    );
  });

  it('are the same when the state is stored and restored on the way', () => {
    fc.assert(
      fc.property(readings, fc.nat(), (raw, cut) => {
        const rows = raw.map(([score, other]) => row(score, [score || 0, other]));
        const at = cut % rows.length;
        const state = createEventState();
        const first = follow(state, rows.slice(0, at), 20);
        const restored = structuredClone(state);
        const rest = follow(restored, rows.slice(at), 20, at);
        const last = finishEvent(restored, names, past);
        expect([...first, ...rest, ...(last ? [last] : [])]).toEqual(eventsOf(rows, 20));
      }),
    );
  });
});
