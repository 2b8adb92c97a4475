import { describe, expect, test } from 'vitest';
import { matching } from '../../renderer/app/palette/commands.ts';
import { arrange, moved, orderedNames } from '../../renderer/app/stream/lane-order.ts';
import { likeness, similarEvents } from '../../renderer/app/stream/similar-events.ts';
import { momentIn } from '../../renderer/app/stream/moment-in.ts';
import { parameterFor } from '../../renderer/app/what-if/parameter-for.ts';
import type { KeptEvent } from '../../shared/domain/kept-event.ts';
import { formatElapsed } from '../../shared/domain/words.ts';
import { PLAIN_LAYOUT } from '../../shared/domain/lane-layout.ts';

const CHANNELS = ['a', 'b', 'c', 'd'];

describe('lanes', () => {
  test('stand as the stream has them until somebody moves them', () => {
    const lanes = arrange(CHANNELS, PLAIN_LAYOUT);
    expect(lanes.map(({ name }) => name)).toEqual(CHANNELS);
  });

  test('that are named come first, those of a group together; others are passed over', () => {
    const layout = { ...PLAIN_LAYOUT, order: ['gone', 'c', 'a'], groups: { c: 'Oil', d: 'Oil' } };
    expect(orderedNames(CHANNELS, layout)).toEqual(['c', 'd', 'a', 'b']);
  });

  test('hide, and fold under their heading', () => {
    const groups = { c: 'Oil', d: 'Oil' };
    const layout = { ...PLAIN_LAYOUT, hidden: ['a'], groups, folded: ['Oil'] };
    expect(arrange(CHANNELS, layout)).toEqual([
      { kind: 'lane', index: 1, name: 'b' },
      { kind: 'heading', name: 'Oil', isFolded: true, lanes: 2 },
    ]);
  });

  test('move by one place, and not beyond the ends', () => {
    expect(moved(CHANNELS, 'c', -1)).toEqual(['a', 'c', 'b', 'd']);
    expect(moved(CHANNELS, 'a', -1)).toEqual(CHANNELS);
    expect(moved(CHANNELS, 'a', 1)).toEqual(['b', 'a', 'c', 'd']);
  });
});

test('a command is found by any of its words, the nearest to the beginning first', () => {
  const command = (title: string) => ({ id: title, title, run: () => undefined });
  const all = ['Open the pump', 'Pump report', 'Settings'].map(command);
  expect(matching(all, 'pump').map(({ title }) => title)).toEqual(['Pump report', 'Open the pump']);
  expect(matching(all, 'PUMP open')).toHaveLength(1);
  expect(matching(all, '')).toHaveLength(3);
});

function event(id: number, start: number, name: string): KeptEvent {
  const share = { name, share: 1, observed: 1, expectedLow: 0, expectedHigh: 0, stoodOut: true };
  return {
    ...{ id, start, end: start + 10, peakTime: start, peakScore: 5, severity: 'high' },
    ...{ kind: 'spike', evidence: { before: 0, during: 1 }, channels: [share] },
    ...{ provisional: false, streamId: 1, modelId: 1, isOpen: false },
    triage: { acknowledged: null, verdict: null, note: '', label: '' },
  };
}

test('events of the same channels, kind, length and strength are alike; earlier ones count', () => {
  const [first, other, now, later] = [
    event(1, 0, 'a'),
    event(2, 100, 'b'),
    event(3, 200, 'a'),
    event(4, 300, 'a'),
  ];
  expect(likeness(first, now)).toBeCloseTo(1);
  expect(likeness(other, now)).toBeCloseTo(0.6);
  const found = similarEvents(now, [first, other, now, later]);
  expect(found.map(({ event: { id } }) => id)).toEqual([1, 2]);
});

test('a budget is turned into the laxest parameter that keeps to it', () => {
  const curve = { method: 'fixed', parameters: [8, 4, 2], perDay: [0, 1, 3] } as const;
  expect(parameterFor(curve, 100)).toBe(2);
  expect(parameterFor(curve, 1)).toBeCloseTo(4);
  expect(parameterFor(curve, 2)).toBeCloseTo(Math.sqrt(8));
  expect(parameterFor({ ...curve, perDay: [5, 6, 7] }, 1)).toBe(8);
});

test('a typed moment is read as moments are shown, in part or in whole', () => {
  const noon = Date.UTC(2026, 0, 12, 12);
  expect(momentIn('2026-01-12 12:00:00', true)).toBe(noon);
  expect(momentIn(' 2026-01-12T12:00 ', true)).toBe(noon);
  expect(momentIn('2026-01-12', true)).toBe(noon - 12 * 3_600_000);
  for (const time of [0, 1500, 90_061_000]) {
    expect(momentIn(formatElapsed(time), false)).toBe(time);
  }
  for (const text of ['', 'noon', '12.1.2026', '2026-13-40', '2026-01-12 1']) {
    expect(momentIn(text, true)).toBeNull();
  }
});
