/** Colours that text can be read on, and proposals beside labels. */
import { describe, expect, test } from 'vitest';
import { groupName, unlabelled } from '../../renderer/app/activities/proposals.ts';
import { ACTIVITY_COLOURS, colourOf, inkOf } from '../../renderer/app/charts/activity-colours.ts';

/** Relative luminance, WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('colours of activities', () => {
  test.each(ACTIVITY_COLOURS.map((colour, place) => [colour, place] as const))(
    'text on %s has contrast',
    (colour, place) => {
      const [light, dark] = [luminance(colour), luminance(inkOf(place))].sort((a, b) => b - a);
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
    },
  );

  test('are twelve, then begin again', () => {
    expect(new Set(ACTIVITY_COLOURS).size).toBe(12);
    expect(colourOf(12)).toBe(colourOf(0));
  });
});

describe('proposals', () => {
  test('are what no label covers', () => {
    const labels = [
      { start: -5, end: 2 },
      { start: 4, end: 6 },
      { start: 18, end: 40 },
    ];
    const proposed = [
      { start: 0, end: 10, group: 1 },
      { start: 10, end: 20, group: 0 },
      { start: 20, end: 30, group: 1 },
    ];
    expect(unlabelled(proposed, labels)).toEqual([
      { start: 2, end: 4, group: 1 },
      { start: 6, end: 10, group: 1 },
      { start: 10, end: 18, group: 0 },
    ]);
  });

  test('have groups with letters', () => {
    expect([0, 25, 26].map(groupName)).toEqual(['A', 'Z', 'A2']);
  });
});
