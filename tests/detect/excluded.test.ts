/** What is excluded leaves no trace in what is learnt. */
import { describe, expect, it } from 'vitest';
import { Detector } from '../../shared/detect/detector.ts';
import { withoutStretches } from '../../shared/detect/excluded.ts';
import type { DetectionSpec } from '../../shared/detect/spec.ts';
import type { TrainingRequest } from '../../shared/detect/training-request.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { machine, specOf } from './run-detector.ts';

const ROWS = 200;

describe.each(['stream', 'reference'] as const)('%s mode', (mode) => {
  const asked = (batch: SampleBatch, exclude: DetectionSpec['exclude']): TrainingRequest => {
    const detector = new Detector({ ...specOf(mode, 2, ROWS), exclude }, referenceStepper);
    const values = new Float64Array(2);
    const out = new Float64Array(12);
    for (let row = 0; row < ROWS; row++) {
      batch.columns.forEach((column, k) => (values[k] = column[row]!));
      detector.push(batch.t[row]!, values, out);
    }
    return detector.trainingDue()!;
  };
  const calm = machine({ rows: ROWS, channels: 2, seed: 4 });
  const during = (i: number): boolean => i >= 60 && i < 90;
  const fault = (k: number, i: number): number => (during(i) ? 500 * (k + 1) : 0);
  const broken = machine({ rows: ROWS, channels: 2, seed: 4, fault });
  const incident = [{ from: calm.t[60]!, to: calm.t[89]! }];

  it('a fault inside of it changes nothing', () => {
    expect(asked(broken, incident)).toEqual(asked(calm, incident));
  });

  it('a fault outside of it does', () => {
    const elsewhere = [{ from: calm.t[100]!, to: calm.t[110]! }];
    expect(asked(broken, elsewhere).targets).not.toEqual(asked(calm, elsewhere).targets);
    expect(asked(broken, []).targets).not.toEqual(asked(calm, []).targets);
  });
});

describe.each(['stream', 'reference'] as const)('what %s mode calls normal', (mode) => {
  const during = (i: number): boolean => i >= 60 && i < 90;
  const rows = ROWS + 100;
  const calm = machine({ rows, channels: 2, seed: 4 });
  const fault = (k: number, i: number): number => (during(i) ? 500 * (k + 1) : 0);
  const broken = machine({ rows, channels: 2, seed: 4, fault });
  const incident = [{ from: calm.t[60]!, to: calm.t[89]! }];

  /** Scores of the rows behind the training, by weights that nobody trained. */
  const scored = (batch: SampleBatch, exclude: DetectionSpec['exclude']): number[] => {
    const detector = new Detector({ ...specOf(mode, 2, ROWS), exclude }, referenceStepper);
    const values = new Float64Array(2);
    const out = new Float64Array(12);
    const scores: number[] = [];
    for (let row = 0; row < rows; row++) {
      if (row === ROWS) {
        detector.adopt(createForecaster(detector.trainingDue()!.spec, 1));
        scores.push(detector.threshold);
      }
      batch.columns.forEach((column, k) => (values[k] = column[row]!));
      detector.push(batch.t[row]!, values, out);
      if (row >= ROWS) scores.push(out[0]!);
    }
    return scores;
  };

  it('knows nothing of a fault inside of it', () => {
    expect(scored(broken, incident)).toEqual(scored(calm, incident));
  });

  it('knows of one that is not excluded', () => {
    expect(scored(broken, [])).not.toEqual(scored(calm, []));
  });
});

describe('withoutStretches', () => {
  const t = Float64Array.of(1, 2, 3, 4);
  const columns = [Float64Array.of(10, 20, 30, 40)];

  it.each([
    [[{ from: 2, to: 3 }], [10, NaN, NaN, 40]],
    [[{ from: 0, to: 1 }], [NaN, 20, 30, 40]],
    [
      [
        { from: 4, to: 9 },
        { from: 2, to: 2 },
      ],
      [10, NaN, 30, NaN],
    ],
    [[{ from: 0, to: 9 }], [NaN, NaN, NaN, NaN]],
    [[], [10, 20, 30, 40]],
  ])('%o leaves %o', (stretches, expected) => {
    expect([...withoutStretches(t, columns, stretches)[0]!]).toEqual(expected);
    expect([...columns[0]!]).toEqual([10, 20, 30, 40]);
  });
});
