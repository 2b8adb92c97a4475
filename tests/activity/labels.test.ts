import { describe, expect, it } from 'vitest';
import {
  guessLabelFormat,
  parseLabels,
  readLabels,
  writeLabels,
} from '../../shared/activity/label-formats.ts';
import { labelRefusal, refusalWords } from '../../shared/activity/label-rules.ts';
import type { Label, NewLabel } from '../../shared/domain/activity.ts';

const T0 = Date.UTC(2026, 0, 5);
const context = { start: T0, stepMs: 20, author: 'ann' };

const label = (from: number, to: number, activity: string): NewLabel => ({
  ...{ kind: 'activity', activity, author: 'ann', note: '' },
  ...{ start: T0 + from, end: T0 + to },
});

describe('labels of other tools', () => {
  const labels = [label(0, 4000, 'idle'), label(4000, 9000, 'ramp, "fast"')];

  it.each(['csv', 'elan', 'label-studio'] as const)('come back from %s as they went', (format) => {
    const text = writeLabels(labels, format);
    expect(guessLabelFormat(text)).toBe(format);
    expect(parseLabels(text, format, context)).toEqual(labels);
  });

  it('of HAPT count samples from 1, both ends inclusive', () => {
    const text = '1 1 5 250 1232\n2 1 4 1 10\n';
    expect(guessLabelFormat(text)).toBe('hapt');
    const [first, ...others] = parseLabels(text, 'hapt', { ...context, experiment: 1 });
    expect(others).toEqual([]);
    expect(first).toEqual({ ...label(249 * 20, 1232 * 20, '5') });
    const named = parseLabels(text, 'hapt', { ...context, names: ['a', 'b', 'c', 'd', 'stand'] });
    expect(named.map(({ activity }) => activity)).toEqual(['stand', 'd']);
  });

  it('keep the kinds that detection knows', () => {
    const text = 'start,end,label\n2026-01-05T00:00:00Z,2026-01-05T00:00:04Z,Maintenance\n';
    expect(parseLabels(text, 'csv', context)[0]).toMatchObject({
      ...{ kind: 'maintenance', activity: '', start: T0, end: T0 + 4000 },
    });
  });

  it.each([
    ['csv', 'start,end,label\n2026-01-05,tomorrow,x', 'Line 2: "tomorrow" is no time'],
    ['csv', '1,2', 'Line 1: 2 fields'],
    ['elan', 'tier\t12\tname', 'Line 1'],
    ['hapt', '1 2 3', 'five whole numbers were expected'],
    ['label-studio', '[{', 'This is no JSON'],
    ['label-studio', '[{"start":"x","end":1,"timeserieslabels":["a"]}]', 'Label 1'],
  ] as const)('of %s that are wrong are refused in words: %s', (format, text, words) => {
    expect(() => parseLabels(text, format, context)).toThrow(words);
  });

  it('that are wrong are all named, with what is right beside them', () => {
    const text = 'start,end,label\n2026-01-05,x,a\n0,1\n2026-01-05,2026-01-06,b\n';
    const { labels, faults } = readLabels(text, 'csv', context);
    expect(labels.map(({ place, label: { activity } }) => [place, activity])).toEqual([[4, 'b']]);
    expect(faults).toEqual([
      { place: 2, fault: { code: 'no-time', text: 'x' } },
      { place: 3, fault: { code: 'too-few-fields', count: 2 } },
    ]);
  });
});

describe('a label', () => {
  const range = { from: T0, to: T0 + 60_000 };
  const others: Label[] = [{ ...label(10_000, 20_000, 'run'), id: 1, streamId: 1 }];

  it('stands beside others', () => {
    expect(labelRefusal(label(0, 10_000, 'idle'), others, range)).toBeNull();
    expect(labelRefusal(label(20_000, 90_000, 'idle'), others, range)).toBeNull();
  });

  it('of another kind may overlap', () => {
    const anomaly = { ...label(5000, 15_000, ''), kind: 'anomaly' as const };
    expect(labelRefusal(anomaly, others, range)).toBeNull();
  });

  it.each([
    [label(5000, 15_000, 'idle'), 'overlaps "run"'],
    [label(5000, 5000, 'idle'), 'not after its start'],
    [label(5000, 6000, ' '), 'names no activity'],
    [label(70_000, 80_000, 'idle'), 'outside of the recording'],
  ])('is refused in words: %#', (one, words) => {
    expect(refusalWords(one, labelRefusal(one, others, range)!)).toContain(words);
  });
});
