/** The small parts of a training: dropout, schedule, clipping, random numbers. */
import { describe, expect, it } from 'vitest';
import { createRandom, resumeRandom } from '../../shared/math/prng.ts';
import { emptyParameters } from '../../shared/model/forecaster.ts';
import { clipNorm } from '../../shared/model/optimisers/clip.ts';
import { drawMask } from '../../shared/train/dropout.ts';
import { oneCycle } from '../../shared/train/schedule.ts';

const COUNT = 100_000;

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

describe('dropout', () => {
  it.each([0.1, 0.3, 0.8])('with p = %d keeps the mean and drops that share', (p) => {
    const mask = drawMask(createRandom(1), COUNT, p)!;
    expect(new Set(mask)).toEqual(new Set([0, 1 / (1 - p)]));
    expect(meanOf(mask)).toBeCloseTo(1, 1);
    expect(meanOf(mask.map((m) => (m === 0 ? 1 : 0)))).toBeCloseTo(p, 2);
  });

  it('draws nothing when nothing is dropped', () => {
    const random = createRandom(1);
    const before = random.state();
    expect(drawMask(random, 10, 0)).toBeNull();
    expect(random.state()).toEqual(before);
  });
});

describe('the one-cycle schedule', () => {
  it('rises for a tenth of the steps and falls for the rest, the momentum against it', () => {
    const steps = Array.from({ length: 100 }, (_, step) => oneCycle(step, 100, 1));
    expect(steps[0].learningRate).toBeCloseTo(1 / 25, 12);
    expect(steps[0].momentum).toBeCloseTo(0.95, 12);
    expect(steps[9]).toEqual({ learningRate: 1, momentum: 0.85 });
    expect(steps[99].learningRate).toBeCloseTo(4e-6, 12);
    expect(steps[99].momentum).toBeCloseTo(0.95, 12);
    for (let i = 1; i < 100; i++) {
      const rising = i <= 9;
      expect(steps[i].learningRate > steps[i - 1].learningRate).toBe(rising);
      expect(steps[i].momentum < steps[i - 1].momentum).toBe(rising);
    }
  });

  it.each([1, 2, 3, 10, 11])('gives finite positive rates in a training of %i steps', (steps) => {
    for (let step = 0; step < steps; step++) {
      const { learningRate, momentum } = oneCycle(step, steps, 1);
      expect(learningRate).toBeGreaterThan(0);
      expect(learningRate).toBeLessThanOrEqual(1);
      expect(momentum).toBeGreaterThanOrEqual(0.85);
      expect(momentum).toBeLessThanOrEqual(0.95);
    }
  });
});

describe('clipping', () => {
  const spec = { inputs: 1, targets: 1, hidden: 1, horizons: [1] };

  it('brings the joint norm down to the limit and leaves smaller ones alone', () => {
    const gradients = emptyParameters(spec);
    gradients.get('head.bias')!.data[0] = 3;
    gradients.get('skip.weight')!.data[0] = -4;
    expect(clipNorm(gradients, 6)).toBe(5);
    expect(gradients.get('head.bias')!.data[0]).toBe(3);
    expect(clipNorm(gradients, 1)).toBe(5);
    expect(gradients.get('head.bias')!.data[0]).toBeCloseTo(0.6, 6);
    expect(gradients.get('skip.weight')!.data[0]).toBeCloseTo(-0.8, 6);
  });
});

describe('random numbers', () => {
  it('are the same for the same seed, others for another, and go on from their state', () => {
    const draw = (random: ReturnType<typeof createRandom>): number[] =>
      Array.from({ length: 50 }, () => random.uniform() + random.normal() + random.integer(9));
    const random = createRandom(7);
    expect(draw(random)).toEqual(draw(createRandom(7)));
    expect(draw(createRandom(8))).not.toEqual(draw(createRandom(7)));
    const goesOn = resumeRandom(random.state());
    expect(draw(random)).toEqual(draw(goesOn));
  });

  it('tell large seeds apart', () => {
    const first = [1, 1 + 2 ** 32, -1, 2 ** 52].map((seed) => createRandom(seed).uniform());
    expect(new Set(first).size).toBe(4);
  });

  it('have the moments of their distributions', () => {
    const random = createRandom(3);
    const uniform = Array.from({ length: COUNT }, random.uniform);
    const normal = Array.from({ length: COUNT }, random.normal);
    expect(Math.min(...uniform.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(meanOf(uniform)).toBeCloseTo(0.5, 2);
    expect(meanOf(normal)).toBeCloseTo(0, 1);
    expect(meanOf(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    const integers = Array.from({ length: COUNT }, () => random.integer(5));
    for (let i = 0; i < 5; i++) {
      expect(integers.filter((x) => x === i).length / COUNT).toBeCloseTo(0.2, 2);
    }
  });
});
