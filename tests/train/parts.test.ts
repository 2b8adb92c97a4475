/** The small parts of a training: dropout, schedule, clipping, random numbers. */
import { describe, expect, it } from 'vitest';
import { createRandom, resumeRandom } from '../../shared/math/prng.ts';
import { normScale } from '../../shared/model/optimisers/rule.ts';
import { drawMask } from '../../shared/train/dropout.ts';
import { drawForcing } from '../../shared/train/forcing.ts';
import { layerGradients, layerOf } from '../../shared/train/gradient-statistics.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import {
  createScheduleState,
  noteValidation,
  scheduled,
  type ScheduleSpec,
} from '../../shared/train/schedule.ts';

const COUNT = 100_000;

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

describe('dropout', () => {
  it.each([0.1, 0.3, 0.8])('with p = %d keeps the mean and drops that share', (p) => {
    const mask = drawMask(createRandom(1), COUNT, p);
    expect(new Set(mask)).toEqual(new Set([0, 1 / (1 - p)]));
    expect(meanOf(mask)).toBeCloseTo(1, 1);
    expect(meanOf(mask.map((m) => (m === 0 ? 1 : 0)))).toBeCloseTo(p, 2);
  });
});

describe('the one-cycle schedule', () => {
  const oneCycle = (step: number, steps: number, rate: number) =>
    scheduled({ name: 'one-cycle' }, step, steps, rate, createScheduleState());

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
      expect(steps[i].momentum! < steps[i - 1].momentum!).toBe(rising);
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

describe('the other schedules', () => {
  const rates = (spec: ScheduleSpec, steps: number): number[] =>
    Array.from(
      { length: steps },
      (_, step) => scheduled(spec, step, steps, 1, createScheduleState()).learningRate,
    );

  it.each<[ScheduleSpec, number[]]>([
    [{ name: 'constant' }, [1, 1, 1, 1]],
    [{ name: 'constant', warmUpSteps: 4 }, [0.25, 0.5, 0.75, 1]],
    [{ name: 'step', every: 2, factor: 0.1 }, [1, 1, 0.1, 0.1]],
    [{ name: 'exponential', factor: 0.5, warmUpSteps: 1 }, [1, 1, 0.5, 0.25]],
    [{ name: 'cosine' }, [1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0.5 - Math.SQRT1_2 / 2]],
  ])('%o gives %o', (spec, expected) => {
    rates(spec, 4).forEach((rate, i) => expect(rate).toBeCloseTo(expected[i], 12));
  });

  it('plateau lowers the rate after epochs that did not get better', () => {
    const spec: ScheduleSpec = { name: 'plateau', patience: 1, factor: 0.5 };
    const state = createScheduleState();
    const seen = [3, 2, 2, 2, 1, 1, 1].map((loss) => {
      noteValidation(spec, state, loss);
      return scheduled(spec, 0, 10, 1, state).learningRate;
    });
    expect(seen).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });
});

describe('clipping by norm', () => {
  it('scales down to the limit and leaves smaller gradients alone', () => {
    expect(normScale(5, { learningRate: 1, clipNorm: 6 })).toBe(1);
    expect(normScale(5, { learningRate: 1, clipNorm: 1 })).toBeCloseTo(0.2, 6);
    expect(normScale(5, { learningRate: 1 })).toBe(1);
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

describe('teacher forcing', () => {
  const backend = createReferenceBackend();
  const place = backend.sequence(4, 3, 2, false);
  const target = Float64Array.from({ length: 24 }, (_, i) => i + 1);
  const draw = (probability: number, isTraining = true) =>
    drawForcing(createRandom(1), { forced: place, free: place, probability }, target, isTraining);

  it('gives the true value before, or lets the decoder read its own, row by row', () => {
    const { forced, free } = draw(0.5);
    const taught = forced.filter((value) => value !== 0).length;
    expect(taught).toBeGreaterThan(0);
    expect(taught).toBeLessThan(18);
    forced.forEach((value, i) => {
      expect(value).toBe(free[i] === 0 ? target[i - 6] : 0);
      expect(free[i]).toBe(free[i - (i % 2)]);
    });
  });

  it('never forces the first step, and nothing where it is not learning', () => {
    expect(
      draw(1)
        .forced.subarray(0, 6)
        .every((value) => value === 0),
    ).toBe(true);
    expect([...draw(1).forced.subarray(6)]).toEqual([...target.subarray(0, 18)]);
    expect(draw(1, false).free.every((value) => value === 1)).toBe(true);
    expect(draw(0).forced.every((value) => value === 0)).toBe(true);
  });
});

describe('gradients by layer', () => {
  it('are named by layer and direction', () => {
    expect(layerOf('gru.weight_hh_l1_reverse')).toBe('gru.l1_reverse');
    expect(layerOf('encoder.bias_ih_l0')).toBe('encoder.l0');
    expect(layerOf('weight_ih_l0')).toBe('l0');
    expect([layerOf('conv.1.bias'), layerOf('attention.v')]).toEqual(['conv.1', 'attention']);
  });

  it('show what vanishes and what explodes', () => {
    const found = layerGradients([
      ['gru.weight_ih_l0', Float64Array.of(3, 0, 1e-9, -4)],
      ['gru.bias_ih_l0', Float64Array.of(0, 0, 0, 0)],
      ['head.weight', Float64Array.of(11, -1e9, NaN, 1)],
    ]);
    expect(found['gru.l0']).toEqual({ norm: 5, tiny: 0.75, huge: 0 });
    expect(found.head).toEqual({ norm: NaN, tiny: 0, huge: 0.75 });
  });
});
