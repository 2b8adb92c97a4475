/** Streams of very many channels: the model grows with the channels, not with their square. */
import { describe, expect, it } from 'vitest';
import { Detector } from '../../shared/detect/detector.ts';
import type { ParameterShape } from '../../shared/model/parameters.ts';
import { forecasterShapes } from '../../shared/model/forecaster.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { channelColumn, scoreColumnNames } from '../../shared/domain/score.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';

const TRAIN_ROWS = 64;

function specOf(K: number) {
  const channels = Array.from({ length: K }, (_, k) => `c${k}`);
  return { mode: 'reference', channels, trainRows: TRAIN_ROWS, seed: 1, hasTime: false } as const;
}

function shapesOf(K: number): ParameterShape[] {
  const detector = new Detector(specOf(K), referenceStepper);
  const out = new Float64Array(scoreColumnNames(specOf(K).channels).length);
  for (let row = 0; row < TRAIN_ROWS; row++) {
    detector.push(
      1000 * row,
      Float64Array.from({ length: K }, (_, k) => Math.sin(row + k)),
      out,
    );
  }
  return forecasterShapes(detector.trainingDue()!.spec);
}

const count = (shapes: readonly ParameterShape[]): number =>
  shapes.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);

describe('a very wide stream', () => {
  it('has a skip up to 128 channels and none beyond', () => {
    const hasSkip = (K: number) => shapesOf(K).some(({ name }) => name === 'skip.weight');
    expect([2, 128, 129].map(hasSkip)).toEqual([true, true, false]);
    const [narrow, wide] = [count(shapesOf(300)), count(shapesOf(600))];
    expect(wide).toBeLessThan(2 * narrow);
  });

  it('is forecast and judged in every channel', () => {
    const spec = specOf(130);
    const detector = new Detector(spec, referenceStepper);
    const out = new Float64Array(scoreColumnNames(spec.channels).length);
    const values = (row: number) => Float64Array.from({ length: 130 }, (_, k) => Math.sin(row + k));
    for (let row = 0; row < TRAIN_ROWS; row++) detector.push(1000 * row, values(row), out);
    const request = detector.trainingDue()!;
    detector.adopt(createForecaster(request.spec, 1));
    detector.push(1000 * TRAIN_ROWS, values(TRAIN_ROWS), out);
    for (let k = 0; k < 130; k++) {
      expect(Number.isFinite(out[channelColumn(k, 'prediction')])).toBe(true);
    }
    const restored = Detector.restore(spec, structuredClone(detector.state()), referenceStepper);
    const again = out.slice();
    detector.push(1000 * (TRAIN_ROWS + 1), values(TRAIN_ROWS + 1), out);
    restored.push(1000 * (TRAIN_ROWS + 1), values(TRAIN_ROWS + 1), again);
    expect(again).toEqual(out);
  });
});
