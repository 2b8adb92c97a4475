import { describe, expect, it } from 'vitest';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { detect, machine, MINUTE_MS, specOf, type Outcome } from './run-detector.ts';

const [SCORE, HELD, THRESHOLD] = [0, 1, 2];

/** The event that overlaps the rows, allowing for windows that answer late. */
function eventAt(
  events: readonly AnomalyEvent[],
  { t }: SampleBatch,
  from: number,
  to: number,
): AnomalyEvent | undefined {
  return events.find(({ start, end }) => start <= t[to + 30] && end >= t[from - 3]);
}

function rowsAbove({ columns }: Outcome, from: number, to: number): number {
  const held = columns[HELD].subarray(from, to);
  return held.filter((value) => value > 0).length;
}

describe('one channel on line', () => {
  const rows = 2200;
  /** A flutter between usual values, which no level betrays, and later a drop for twelve rows. */
  const batch = machine({
    rows,
    channels: 1,
    seed: 11,
    fault: (_, i) => (i >= 1800 && i < 1812 ? -4 : 0),
  });
  for (let i = 1300; i < 1330; i++) batch.columns[0][i] = 20 + (i % 2 ? 0.8 : -0.8);

  it('finds the flutter and the drop and is silent before', { timeout: 40_000 }, async () => {
    const outcome = await detect(specOf('stream', 1, 500), batch);
    const flutter = eventAt(outcome.events, batch, 1300, 1330)!;
    const drop = eventAt(outcome.events, batch, 1800, 1812)!;
    expect(Math.abs(flutter.start - batch.t[1300])).toBeLessThanOrEqual(3 * MINUTE_MS);
    expect(Math.abs(drop.start - batch.t[1800])).toBeLessThanOrEqual(3 * MINUTE_MS);
    expect(drop.peakScore).toBeGreaterThanOrEqual(2.8);
    expect(drop.channels).toMatchObject([{ name: 'channel 0', share: 1 }]);
    expect(drop.channels[0].observed).toBeLessThan(drop.channels[0].expectedLow);
    expect(rowsAbove(outcome, 0, 1297)).toBe(0);
    expect(outcome.events.length).toBeLessThanOrEqual(3);
    expect(outcome.trainings).toBe(3);
  });

  it('scores no training row and every row after', async () => {
    const { columns } = await detect(specOf('stream', 1, 500), batch, 5);
    expect(columns[SCORE].subarray(0, 500).every(Number.isNaN)).toBe(true);
    expect(columns.every((column) => column.subarray(500 + 60).every(Number.isFinite))).toBe(true);
    expect(new Set(columns[THRESHOLD].subarray(500))).toEqual(new Set([2.8]));
  });
});

describe('four channels against a normal range', () => {
  const rows = 1200;
  /** Channel 2 leaves its place for 60 rows, by far less than its wave swings. */
  const batch = machine({
    rows,
    channels: 4,
    seed: 12,
    fault: (k, i) => (k === 2 && i >= 900 && i < 960 ? 4 : 0),
  });

  it('finds the channel that left the others and is silent elsewhere', async () => {
    const outcome = await detect(specOf('reference', 4, 500), batch);
    const event = eventAt(outcome.events, batch, 900, 960)!;
    expect(event.channels[0].name).toBe('channel 2');
    expect(event.peakScore).toBeGreaterThan(0);
    expect(rowsAbove(outcome, 0, 899)).toBe(0);
    expect(outcome.events).toHaveLength(1);
    expect(outcome.trainings).toBe(1);
  });
});
