import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Detector } from '../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../shared/detect/spec.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { createRunner, detect, machine, MINUTE_MS, specOf, type Outcome } from './run-detector.ts';

/** Short trainings: what counts here is that both runs see the same. */
const STEPS_MAX = 3;

/** Faults, bursts of missing rows and a missing channel, so that every branch has its turn. */
function troubled(rows: number, channels: number, seed: number): SampleBatch {
  const batch = machine({
    rows,
    channels,
    seed,
    fault: (k, i) => (k === 0 && i % 170 > 160 ? 5 + (i % 7) : 0),
  });
  for (let i = 0; i < rows; i++) {
    batch.columns.forEach((column, k) => {
      if (i % 90 >= 80 || (i + 31 * k) % 53 === 0) column[i] = NaN;
    });
  }
  return batch;
}

/** Every bit of every column, NaN for NaN, and every event. */
function expectSame(spec: DetectionSpec, found: Outcome, expected: Outcome): void {
  scoreColumnNames(spec.channels).forEach((name, c) => {
    const [a, b] = [found.columns[c], expected.columns[c]];
    const row = a.findIndex((value, i) => !Object.is(value, b[i]));
    expect(row < 0 ? 'alike' : `${name} row ${row}: ${a[row]} against ${b[row]}`).toBe('alike');
  });
  expect(found.events).toEqual(expected.events);
  expect(found.trainings).toBe(expected.trainings);
}

const cases = [
  { name: 'one channel on line', spec: specOf('stream', 1, 100), rows: 700 },
  { name: 'new weights some rows later', spec: specOf('stream', 1, 100), rows: 700, stepMs: 100 },
  { name: 'three channels on line', spec: specOf('stream', 3, 100), rows: 450 },
  { name: 'three channels against a normal range', spec: specOf('reference', 3, 150), rows: 600 },
  {
    name: 'rows without a time of day',
    spec: { ...specOf('stream', 1, 64), hasTime: false },
    rows: 500,
  },
];

describe.each(cases)('replay: $name', ({ spec, rows, stepMs = MINUTE_MS }) => {
  const minutes = troubled(rows, spec.channels.length, 21);
  const batch = { ...minutes, t: minutes.t.map((_, row) => row * stepMs) };
  const whole = detect(spec, batch, STEPS_MAX);
  /** Rows at which a batch ends. */
  const cuts = fc
    .uniqueArray(fc.integer({ min: 1, max: rows - 1 }), { maxLength: 12 })
    .map((at) => [...at.sort((a, b) => a - b), rows]);

  it('has something to compare', async () => {
    const { columns, events, trainings } = await whole;
    expect(columns[0].filter(Number.isFinite).length).toBeGreaterThan(rows / 3);
    expect(events.length).toBeGreaterThan(0);
    expect(trainings).toBeGreaterThan(spec.mode === 'stream' ? 2 : 0);
  });

  it('live in batches of any size gives the bits of one go', { timeout: 30_000 }, async () => {
    const property = fc.asyncProperty(cuts, async (ends) => {
      const runner = createRunner(spec, rows, STEPS_MAX);
      let from = 0;
      for (const to of ends) {
        await runner.feed(batch, from, to);
        from = to;
      }
      expectSame(spec, await runner.finish(), await whole);
    });
    await fc.assert(property, { numRuns: 6 });
  });

  it('stopped and restored anywhere goes on with the same bits', { timeout: 30_000 }, async () => {
    const property = fc.asyncProperty(cuts, async (ends) => {
      const runner = createRunner(spec, rows, STEPS_MAX);
      let from = 0;
      for (const to of ends) {
        // Now and then nobody has taken the events that closed before the stop.
        await runner.feed(batch, from, to, to % 2 === 0);
        runner.restart();
        from = to;
      }
      expectSame(spec, await runner.finish(), await whole);
    });
    await fc.assert(property, { numRuns: 8 });
  });
});

describe('a saved state', () => {
  const spec = specOf('reference', 2, 100);
  const batch = troubled(400, 2, 22);

  it('keeps the threshold', async () => {
    const runner = createRunner(spec, 400, STEPS_MAX);
    await runner.feed(batch, 0, 380);
    const { threshold } = runner.detector;
    expect(threshold).toBeGreaterThan(0);
    runner.restart();
    expect(runner.detector.threshold).toBe(threshold);
  });

  it('is taken over before the first training too, and right between due and adopted', async () => {
    const whole = await detect(spec, batch, STEPS_MAX);
    for (const at of [1, 99, 100, 101]) {
      const runner = createRunner(spec, 400, STEPS_MAX);
      await runner.feed(batch, 0, at);
      runner.detector.trainingDue();
      runner.restart();
      await runner.feed(batch, at, 400);
      expectSame(spec, await runner.finish(), whole);
    }
  });

  it('takes weights at their own row only', () => {
    const fast = specOf('stream', 1, 64);
    const rows = troubled(400, 1, 22);
    const detector = new Detector(fast, referenceStepper);
    const out = new Float64Array(scoreColumnNames(fast.channels).length);
    const adopted: number[] = [];
    let untrained: Forecaster | null = null;
    for (let row = 0; row < 300; row++) {
      const request = detector.trainingDue();
      if (request) untrained = createForecaster(request.spec, 1);
      if (detector.isAdoptionDue()) {
        detector.adopt(untrained!);
        adopted.push(row);
      } else if (request) {
        expect(() => detector.adopt(untrained!)).toThrow('for row 216 were handed in at row 164');
      }
      detector.push(row * 100, Float64Array.of(rows.columns[0][row]), out);
    }
    expect(adopted).toEqual([64, 216]);
  });

  it('is not touched by a detector that goes on', async () => {
    const runner = createRunner(spec, 400, STEPS_MAX);
    await runner.feed(batch, 0, 200);
    const state = structuredClone(runner.detector.state());
    const before = structuredClone(state);
    await runner.feed(batch, 200, 300);
    expect(state).toEqual(before);
  });
});
