/** A machine with two ways to be normal, and values that are normal in one of them alone. */
import { describe, expect, it } from 'vitest';
import { alarmsAt, compareAt } from '../../electron/engine/bench/coupling/false-alarms.ts';
import { judgePump, learnModes } from '../../electron/engine/bench/coupling/couple-pump.ts';
import { oneByOne } from '../../electron/engine/monitor/ribbon-pipeline.ts';
import { createNodeWasmBackend } from '../../electron/engine/training/wasm-node.ts';
import { NO_ACTIVITY } from '../../shared/detect/by-activity.ts';
import { Detector } from '../../shared/detect/detector.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { specOf } from './run-detector.ts';

const ROWS = 2000;
const TRAIN_ROWS = 1000;
const FAULT = { first: 1520, last: 1560 };
const activityOf = (row: number): number => Math.floor(row / 100) % 2;

/** Level 0 or 10, and 2 for a while where it should be 0. */
function rows(): Float64Array {
  const random = createRandom(4);
  return Float64Array.from({ length: ROWS }, (_, row) => {
    const isFault = row >= FAULT.first && row <= FAULT.last;
    return 10 * activityOf(row) + 0.2 * random.normal() + (isFault ? 2 : 0);
  });
}

/** Score over threshold of each row. The forecaster is left as it is drawn: it repeats the last. */
function judge(activities: readonly string[] | undefined, restartAt = Infinity): Float64Array {
  const spec = { ...specOf('reference', 1, TRAIN_ROWS), ...(activities && { activities }) };
  const out = new Float64Array(scoreColumnNames(spec.channels).length);
  let detector = new Detector(spec, referenceStepper);
  let forecaster: Forecaster | null = null;
  return rows().map((value, row) => {
    if (row === restartAt) {
      detector = Detector.restore(spec, structuredClone(detector.state()), referenceStepper);
    }
    const due = detector.trainingDue();
    if (due) detector.adopt((forecaster ??= createForecaster(due.spec, 1)));
    const activity = activities ? activityOf(row) : NO_ACTIVITY;
    detector.push(row * 1000, Float64Array.of(value), out, activity);
    return out[0] / out[2];
  });
}

const highest = (ratios: Float64Array, first: number, last: number): number =>
  ratios.subarray(first, last + 1).reduce((most, value) => Math.max(most, value), 0);

describe('a normal of each activity', () => {
  const coupled = judge(['low', 'high']);

  it('sees what is ordinary elsewhere', () => {
    expect(highest(judge(undefined), FAULT.first, FAULT.last)).toBeLessThan(1);
    expect(highest(coupled, FAULT.first, FAULT.last)).toBeGreaterThan(1.5);
  });

  it('is the same after a restart', () => {
    for (const at of [500, TRAIN_ROWS, FAULT.first + 10]) {
      expect(judge(['low', 'high'], at)).toEqual(coupled);
    }
  });

  it('gives way to that of all rows where an activity was hardly seen', () => {
    const names = ['low', 'high', 'never'];
    const spec = { ...specOf('reference', 1, TRAIN_ROWS), activities: names };
    const out = new Float64Array(scoreColumnNames(spec.channels).length);
    const detector = new Detector(spec, referenceStepper);
    rows().forEach((value, row) => {
      const due = detector.trainingDue();
      if (due) detector.adopt(createForecaster(due.spec, 1));
      const activity = row < TRAIN_ROWS ? activityOf(row) : 2;
      detector.push(row * 1000, Float64Array.of(value), out, activity);
    });
    expect(out[0]).toBeGreaterThan(0);
    expect(out[2]).toBeGreaterThan(0);
  });
});

describe('a pump with three modes', () => {
  it('gives fewer false alarms at equal recall when it is known what it is doing', () => {
    const createBackend = () => createNodeWasmBackend({ build: 'plain', threads: 1 });
    const size = { rows: 8640, labelledRows: 4320, labelled: 3, epochs: 4 };
    const backend = createBackend();
    const recogniser = learnModes(backend, size);
    const place = { recogniser, classify: oneByOne(backend, recogniser), createBackend };
    const pumps = [1, 2].map((seed) => judgePump(seed, size, place));
    backend.dispose();
    for (const { known } of pumps) expect(known).toBeGreaterThan(0.9);
    const { plain, coupled, saved } = compareAt(pumps, 0.9);
    expect(plain.recall).toBeGreaterThanOrEqual(0.9);
    expect(coupled.recall).toBeGreaterThanOrEqual(0.9);
    expect(saved).toBeGreaterThanOrEqual(0.4);
    expect(alarmsAt(pumps, 'coupled', 1).recall).toBeGreaterThan(
      alarmsAt(pumps, 'plain', 1).recall,
    );
  }, 120_000);
});
