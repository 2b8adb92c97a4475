import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { Detector } from '../../shared/detect/detector.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { detect, machine, specOf } from './run-detector.ts';

const STEPS_MAX = 2;
const [SCORE, HELD, THRESHOLD, PROVISIONAL] = [0, 1, 2, 3];
const modes = ['stream', 'reference'] as const;

/** Keeps some rows or values and drops the others. */
function holed(batch: SampleBatch, seed: number, share: number): SampleBatch {
  const random = createRandom(seed);
  const columns = batch.columns.map((column) =>
    column.map((value) => (random.uniform() < share ? NaN : value)),
  );
  return { t: batch.t, columns };
}

describe.each(modes)('values that are missing: %s mode', (mode) => {
  const trainRows = 100;

  /** No gap too long to bridge ended within the last 32 values. */
  function isSettled(column: Float64Array, row: number): boolean {
    let [values, missing] = [0, 0];
    for (let i = row; i >= trainRows - 4 && values <= 32; i--) {
      missing = Number.isNaN(column[i]) ? missing + 1 : 0;
      if (missing > 3) return false;
      values += missing === 0 ? 1 : 0;
    }
    return true;
  }

  it(
    'are never scored, and whatever is there is, but for a while after a gap',
    { timeout: 30_000 },
    async () => {
      const some = fc.tuple(
        fc.nat(),
        fc.constantFrom(0.02, 0.1, 0.3),
        fc.integer({ min: 1, max: 3 }),
      );
      const property = fc.asyncProperty(some, async ([seed, share, channels]) => {
        const batch = holed(machine({ rows: 350, channels, seed }), seed, share);
        const { columns } = await detect(specOf(mode, channels, trainRows), batch, STEPS_MAX);
        for (let row = trainRows; row < 350; row++) {
          const present = batch.columns.map((column) => Number.isFinite(column[row]));
          const scored = present.some(Boolean);
          const isSure = !scored || batch.columns.every((column) => isSettled(column, row));
          if (isSure) expect([row, Number.isFinite(columns[SCORE][row])]).toEqual([row, scored]);
          if (Number.isNaN(columns[SCORE][row])) expect(columns[HELD][row]).toBe(0);
          expect(columns[HELD][row]).toBeGreaterThanOrEqual(0);
          expect(columns[THRESHOLD][row]).toBeGreaterThan(0);
          expect([0, 1]).toContain(columns[PROVISIONAL][row]);
        }
      });
      await fc.assert(property, { numRuns: 8 });
    },
  );

  it('a gap of any length ends, and the rows after it are scored', async () => {
    const batch = machine({ rows: 500, channels: 2, seed: 31 });
    for (const column of batch.columns) column.fill(NaN, 200, 400);
    const { columns, events } = await detect(specOf(mode, 2, trainRows), batch, STEPS_MAX);
    // The forecaster first has to find its feet.
    expect(columns[SCORE].subarray(200, 432).every(Number.isNaN)).toBe(true);
    expect(columns[SCORE].subarray(432).every(Number.isFinite)).toBe(true);
    for (const { start } of events)
      expect(start < batch.t[200] || start >= batch.t[400]).toBe(true);
  });

  it('a channel that says nothing, or always the same, harms no score', async () => {
    const batch = machine({ rows: 400, channels: 3, seed: 32 });
    batch.columns[1].fill(5);
    batch.columns[2].fill(NaN, 0, mode === 'stream' ? 400 : 150);
    const { columns } = await detect(specOf(mode, 3, trainRows), batch, STEPS_MAX);
    expect(columns[SCORE].subarray(182).every(Number.isFinite)).toBe(true);
    // No band is known around a channel that was silent all through training.
    for (const column of columns.slice(0, 12))
      expect(column.subarray(250).some(Number.isNaN)).toBe(false);
  });

  it('a constant that begins to move is scored and found', async () => {
    const batch = machine({ rows: 500, channels: 2, seed: 33 });
    // At 400 stream mode learns again, too.
    batch.columns[1].fill(5, 0, 400);
    batch.columns[1].fill(50, 400);
    const { columns, events } = await detect(specOf(mode, 2, trainRows), batch, STEPS_MAX);
    expect(columns[SCORE].subarray(trainRows).every(Number.isFinite)).toBe(true);
    const found = events.find(({ end }) => end >= batch.t[400])!;
    expect(found.channels[0].name).toBe('channel 1');
  });

  it.each([1e30, 1e300, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity])(
    'a reading of %d leaves numbers behind, not NaN',
    async (wild) => {
      const batch = machine({ rows: 400, channels: 1, seed: 34 });
      for (const row of [30, 31, 250, 252]) batch.columns[0][row] = wild;
      const { columns } = await detect(specOf(mode, 1, trainRows), batch, STEPS_MAX);
      for (const column of columns) {
        const bad = column.findIndex(
          (value, i) =>
            i >= trainRows + 60 && !Number.isFinite(value) && batch.columns[0][i] !== wild,
        );
        expect(bad).toBe(-1);
      }
    },
  );
});

describe('a score on line', () => {
  it('is provisional until the channel that speaks has a full history', async () => {
    const batch = machine({ rows: 1000, channels: 2, seed: 37 });
    batch.columns[0].fill(NaN);
    const { columns } = await detect(specOf('stream', 2, 100), batch, STEPS_MAX);
    const turns = columns[PROVISIONAL].findIndex((value) => value === 0);
    // √2 · 630 values: the louder of two channels must be so much rarer.
    expect(turns).toBe(890);
    expect(columns[PROVISIONAL].subarray(100, 890).every((value) => value === 1)).toBe(true);
    expect(columns[PROVISIONAL].subarray(890).every((value) => value === 0)).toBe(true);
  });
});

describe('what cannot be learnt', () => {
  it.each(modes)('is refused in words: %s mode', async (mode) => {
    const constant = machine({ rows: 200, channels: 2, seed: 35 });
    constant.columns.forEach((column, k) => column.fill(k));
    const spec = specOf(mode, 2, 100);
    await expect(detect(spec, constant, 1)).rejects.toThrow(/the same value \(0, 1\) in all 100/);
    const empty = machine({ rows: 200, channels: 2, seed: 36 });
    for (const column of empty.columns) column.fill(NaN);
    await expect(detect(spec, empty, 1)).rejects.toThrow(/channel 0, channel 1: no value/);
  });

  it('is a training range of too few rows', () => {
    expect(() => new Detector(specOf('stream', 1, 63), referenceStepper)).toThrow(
      /63 rows; at least 64/,
    );
  });
});
