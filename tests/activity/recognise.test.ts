/** Learning from labels to segments, on recordings of a machine with three modes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeWasmBackend } from '../../electron/engine/training/wasm-node.ts';
import { createClassifier } from '../../shared/activity/classifier.ts';
import {
  LiveRecogniser,
  type ClassifyOne,
  type LiveRibbon,
} from '../../shared/activity/live-recogniser.ts';
import { readStretches, recogniseSegments } from '../../shared/activity/recognise.ts';
import { recogniserNetwork, type RecogniserSpec } from '../../shared/activity/recogniser.ts';
import type { Recording } from '../../shared/activity/recording.ts';
import {
  trainRecogniser,
  type RecogniserOrder,
  type RecogniserOutcome,
} from '../../shared/activity/train-recogniser.ts';
import { readFeatures, type LabelledSpan } from '../../shared/activity/windows.ts';
import type { ActivitySegment } from '../../shared/domain/activity.ts';
import { createRandom } from '../../shared/math/prng.ts';
import type { Backend } from '../../shared/model/backend.ts';

const STEP_MS = 100;
const PLAN = { channels: 2, triplets: [], acceleration: null };
const CLASSES = ['idle', 'ramp', 'run'];
const ROGUE = 3;
const spec: RecogniserSpec = {
  ...{ classes: CLASSES, channels: ['speed', 'vibration'], plan: PLAN },
  ...{ stepMs: STEP_MS, window: 32, hop: 8 },
  network: recogniserNetwork('conv-gru', PLAN, CLASSES.length),
};

/** Modes one after the other, each of so many samples: level, wobble and its period differ. */
function record(modes: readonly (readonly [mode: number, samples: number])[], seed: number) {
  const random = createRandom(seed);
  const worn = 1 + 0.1 * random.normal();
  const rows = modes.flatMap(([mode, samples]) =>
    Array.from({ length: samples }, (_, i) => {
      const speed = [0.2, 0.2 + (1.6 * i) / samples, 1.8, -1.5][mode];
      const wobble = [0.05, 0.3, 0.6, 2.5][mode] * Math.sin(i / [9, 3, 1.3, 0.7][mode]);
      return [worn * speed + 0.05 * random.normal(), wobble + 0.1 * random.normal()];
    }),
  );
  let first = 0;
  const spans = modes.map(([label, samples]) => {
    const span = { recording: 0, first, last: first + samples - 1, label };
    first += samples;
    return span;
  });
  const values = Float32Array.from(rows.flat());
  const valid = new Uint8Array(rows.length).fill(1);
  const recording: Recording = { start: 0, stepMs: STEP_MS, channels: 2, values, valid };
  return { recording, spans };
}

const DAY = [0, 1, 2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);
const machines = [1, 2, 3, 4, 5].map((seed) => record(DAY, seed));

const order = (over: Partial<RecogniserOrder> = {}): RecogniserOrder => ({
  spec,
  features: readFeatures(
    machines.map(({ recording }) => recording),
    PLAN,
    2,
  ),
  spans: machines.flatMap(({ spans }, recording): LabelledSpan[] =>
    spans.map((span) => ({ ...span, recording })),
  ),
  groups: machines.map((_, i) => `machine ${i}`),
  sessions: machines.map((_, i) => `${i}`),
  ...{ seed: 1, epochs: 4 },
  ...over,
});

const backend = (): Backend => createNodeWasmBackend({ build: 'plain', threads: 1 });

function train(over: Partial<RecogniserOrder> = {}): RecogniserOutcome & { steps: number[] } {
  const judge = backend();
  const training = trainRecogniser(judge, order(over));
  const steps: number[] = [];
  for (;;) {
    const next = training.next();
    if (next.done) {
      judge.dispose();
      return { ...next.value, steps };
    }
    steps.push(next.value.step);
  }
}

describe('a recogniser', () => {
  let outcome: ReturnType<typeof train>;
  const judge = backend();
  beforeAll(() => (outcome = train()));
  afterAll(() => judge.dispose());

  function segmentsOf({ recording }: { recording: Recording }): ActivitySegment[] {
    const { recogniser } = outcome;
    const { parameters, scale, expert } = recogniser;
    const classifier = createClassifier(judge, spec, parameters, scale, 16, expert);
    const features = readFeatures([recording], PLAN, 2);
    return recogniseSegments(recogniser, readStretches(recogniser, classifier, features, 0), 0);
  }

  it('is judged on a machine it did not learn from', () => {
    expect(outcome.judged?.groups).toHaveLength(1);
    expect(outcome.judged?.scores.accuracy).toBeGreaterThan(0.95);
    expect(outcome.judged?.reliability.length).toBeGreaterThan(0);
  });

  it('counts its steps', () => {
    expect(outcome.steps).toEqual(Array.from({ length: outcome.steps.length }, (_, i) => i + 1));
  });

  it('finds the modes of a new machine, in order and about where they are', () => {
    const found = segmentsOf(record(DAY, 77));
    expect(found.map(({ activity }) => activity)).toEqual(DAY.map(([mode]) => CLASSES[mode]));
    found.forEach(({ start, end, confidence }, i) => {
      expect(Math.abs(start - i * 160 * STEP_MS)).toBeLessThanOrEqual(2500);
      if (i > 0) expect(start).toBe(found[i - 1].end);
      expect(end).toBeGreaterThan(start);
      expect(confidence).toBeGreaterThan(0.5);
    });
    expect(found[0].start).toBe(0);
    expect(found.at(-1)!.end).toBe(7 * 160 * STEP_MS);
  });

  it('calls unknown what was never labelled', () => {
    const found = segmentsOf(record([[2, 240] as const, [ROGUE, 240] as const, [0, 240]], 78));
    const rogue = found.filter(({ activity }) => activity === null);
    const time = rogue.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(time).toBeGreaterThan(0.7 * 240 * STEP_MS);
    expect(time).toBeLessThan(1.4 * 240 * STEP_MS);
  });

  it('calls it unknown live too, however often it is put away', () => {
    const { recogniser } = outcome;
    const { parameters, scale, expert } = recogniser;
    const classifier = createClassifier(judge, spec, parameters, scale, 1, expert);
    const classify: ClassifyOne = (window) => {
      const features = { count: 2, recordings: [window], valid: [new Uint8Array(32).fill(1)] };
      return classifier.classify(features, [{ recording: 0, first: 0, label: -1 }]);
    };
    const { recording } = record([[2, 240] as const, [ROGUE, 240] as const, [0, 240]], 78);
    const ribbonOf = (restarts: boolean): LiveRibbon | null => {
      let live = new LiveRecogniser(recogniser, classify, STEP_MS);
      for (let i = 0; i < recording.valid.length; i++) {
        live.push(i * STEP_MS, recording.values.subarray(2 * i, 2 * i + 2));
        if (!restarts || i % 50 !== 0) continue;
        const state = structuredClone(live.state());
        live = new LiveRecogniser(recogniser, classify, STEP_MS);
        live.restore(state);
      }
      return live.ribbon();
    };
    const ribbon = ribbonOf(false)!;
    const rogue = ribbon.segments.filter(({ activity }) => activity === null);
    const time = rogue.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(time).toBeGreaterThan(0.7 * 240 * STEP_MS);
    expect(time).toBeLessThan(1.4 * 240 * STEP_MS);
    expect(ribbonOf(true)).toEqual(ribbon);
  });

  it('answers nothing where samples are missing', () => {
    const { recording, spans } = record([[0, 300] as const, [2, 300] as const], 79);
    recording.valid.fill(0, 100, 200);
    const found = segmentsOf({ recording });
    expect(spans).toHaveLength(2);
    for (const { start, end } of found) {
      const isBeside = end <= 100 * STEP_MS || start >= 200 * STEP_MS;
      expect(isBeside).toBe(true);
    }
  });

  it('is the same for the same seed, another for another', () => {
    const numbers = (one: RecogniserOutcome): number[] => [
      ...one.recogniser.parameters.get('head.weight')!.data,
    ];
    expect(numbers(train())).toEqual(numbers(outcome));
    expect(numbers(train({ seed: 2 }))).not.toEqual(numbers(outcome));
  });
});

describe('few labels', () => {
  it('of one recording are judged on the last of them', () => {
    const spans = machines[0].spans;
    const { judged } = train({ spans, groups: machines.map(() => 'one'), epochs: 2 });
    expect(judged?.groups).toEqual([]);
    expect(judged?.scores.accuracy).toBeGreaterThan(0.8);
  });

  it('that hold no whole window are refused by name', () => {
    const spans = order().spans.map((span) => {
      return span.label === 1 ? { ...span, last: span.first + 20 } : span;
    });
    expect(() => train({ spans })).toThrow('No label of "ramp" holds a whole window of 3.2 s');
  });
});
