/** Several models of a stream, what they expected, thresholds over the past, and lanes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../electron/engine/bundle/verify-bundle.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { thresholdEffect } from '../../electron/engine/models/threshold-effect.ts';
import { previewCsv } from '../../electron/engine/sources/csv-preview.ts';
import { countAlarms, replayThreshold } from '../../shared/detect/threshold/replay.ts';
import type { JobResult } from '../../shared/domain/job.ts';
import type { KeptEvent } from '../../shared/domain/kept-event.ts';
import { PLAIN_LAYOUT } from '../../shared/domain/lane-layout.ts';
import { machine } from '../cli/offbeat-process.ts';

const ROWS = 700;
let folder: string;
let engine: Engine;
let streamId: number;

async function learn(seed: number): Promise<void> {
  const options = { mode: 'stream', trainRows: 300, seed, backend: 'wasm-plain' } as const;
  const job = await engine.handlers['learn.start'](streamId, options);
  expect((await engine.jobs.finished(job.id)).status).toBe('done');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-models-'));
  const workspace = join(folder, 'workspace');
  engine = await createEngine({ workspace, shell: 'browser', version: '1.2.3' });
  const file = join(folder, 'machine.csv');
  writeFileSync(file, machine(ROWS, 500));
  const { plan } = await previewCsv(file, 'machine.csv', {});
  const imported = engine.startImport(file, 'machine.csv', 'machine', plan);
  streamId = (await engine.jobs.finished(imported.id)).streamId!;
  await learn(1);
  await learn(2);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('models', () => {
  it('are listed from the newest on, and one is taken back', async () => {
    const [newest, first] = await engine.handlers['model.list'](streamId);
    expect([newest.card.seed, first.card.seed]).toEqual([2, 1]);
    await engine.handlers['model.activate'](first.card.id);
    expect(await engine.handlers['model.active'](streamId)).toMatchObject({ seed: 1 });
    const after = await engine.handlers['model.list'](streamId);
    expect(after.map(({ role }) => role)).toEqual(['off', 'active']);
    await expect(engine.handlers['model.activate'](999)).rejects.toThrow('There is no model 999');
  });

  it('leave as ONNX and as safetensors', async () => {
    const [{ card }] = await engine.handlers['model.list'](streamId);
    const onnx = await engine.handlers['model.export'](card.id, 'onnx');
    expect(onnx).toMatchObject({ fileName: `model-${card.id}.onnx` });
    expect(onnx.bytes.length).toBeGreaterThan(1000);
    const plain = await engine.handlers['model.export'](card.id, 'safetensors');
    expect(plain.bytes).toEqual(await engine.store.read['model.checkpoint'](card.id));
  });
});

describe('what was expected instead', () => {
  it('begins with the forecast of the first row of the event and goes on without it', async () => {
    const card = (await engine.handlers['model.active'](streamId))!;
    const [event] = await engine.handlers['event.list'](card.id);
    const { t, names, values } = await engine.handlers['event.expected'](streamId, event.start);
    expect(names).toEqual(card.channels);
    expect(t[0]).toBe(event.start);
    expect(t.at(-1)).toBeGreaterThan(event.end);
    const stretch = { from: event.start, to: event.start };
    const scores = await engine.handlers['view.scores'](card.id, stretch, 10);
    const prediction = scores.mean[scores.names.indexOf(`${names[0]} prediction`)][0];
    expect(values[0][0]).toBe(prediction);
    expect(values.every((column) => column.every(Number.isFinite))).toBe(true);
    const missing = engine.handlers['event.expected'](streamId, event.start + 1);
    await expect(missing).rejects.toThrow('no such event');
  });
});

describe('a threshold', () => {
  it('that is never reached misses all events, one that is always reached none', async () => {
    const strict = { method: 'fixed', parameter: 1e6 } as const;
    const never = await engine.handlers['threshold.try'](streamId, strict);
    expect(never.events.length).toBeGreaterThan(0);
    expect(never).toMatchObject({ kept: 0, added: 0, after: { alarms: 0 } });
    const lax = { method: 'fixed', parameter: 1e-9 } as const;
    const always = await engine.handlers['threshold.try'](streamId, lax);
    expect(always.kept).toBe(always.events.length);
    expect(always.alarmTimes.length).toBe(always.after.alarms);
  });

  it('gives more alarms a day the laxer it is', async () => {
    const { parameters, perDay } = await engine.handlers['threshold.curve'](streamId, 'fixed');
    expect(parameters).toEqual([...parameters].sort((a, b) => b - a));
    expect(perDay.at(-1)).toBeGreaterThan(perDay[0]);
  });

  it('is matched with events as by looking at each of them', () => {
    const spans = fc.array(fc.tuple(fc.nat(60), fc.nat(10)), { maxLength: 8 });
    const scores = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 70 });
    fc.assert(
      fc.property(spans, scores, (pairs, values) => {
        const past = pairs
          .map(([start, length], id) => ({ id, start, end: start + length }))
          .sort((a, b) => a.start - b.start)
          .map((one) => ({ ...one, triage: { verdict: null } }) as unknown as KeptEvent);
        const spec = { method: 'fixed', parameter: 2 } as const;
        const line = {
          t: Float64Array.from(values, (_, i) => i),
          scores: Float64Array.from(values),
        };
        const effect = thresholdEffect(spec, line, past, 1000);
        const rows = [...replayThreshold(spec, line.scores)];
        const inside = (row: number, { start, end }: KeptEvent): boolean =>
          row >= start && row <= end;
        const kept = past.map((event) => rows.some((row) => inside(row, event)));
        expect(effect.events.map(({ isKept }) => isKept)).toEqual(kept);
        const fresh = rows.filter((row) => !past.some((event) => inside(row, event)));
        expect(effect.added).toBe(countAlarms('fixed', fresh));
      }),
    );
  });
});

describe('lanes', () => {
  it('keep their layout by stream', async () => {
    expect(await engine.handlers['layout.get'](streamId)).toEqual(PLAIN_LAYOUT);
    const layout = { ...PLAIN_LAYOUT, hidden: ['load'], scales: { load: [0, 1] } } as const;
    await engine.handlers['layout.set'](streamId, layout);
    expect(await engine.handlers['layout.get'](streamId)).toEqual(layout);
    expect(await engine.handlers['layout.get'](streamId + 1)).toEqual(PLAIN_LAYOUT);
  });
});

describe('a threshold that is applied', () => {
  it('changes events alone, keeps what people said, verifies, and is taken back', async () => {
    const before = (await engine.handlers['model.active'](streamId))!;
    const past = await engine.handlers['event.list'](before.id);
    await engine.handlers['event.triage'](past[0].id, { verdict: 'confirmed', note: 'bearing' });
    const spec = { method: 'fixed', parameter: 0.9 * past[0].peakScore } as const;
    const job = await engine.handlers['threshold.apply'](streamId, spec);
    expect(await engine.jobs.finished(job.id)).toMatchObject({ status: 'done' });
    const card = (await engine.handlers['model.active'](streamId))!;
    expect(card).toMatchObject({ weightsOf: before.id, thresholdSpec: spec, seed: before.seed });
    expect(card.lossCurve).toEqual(before.lossCurve);
    expect(card.trainings).toBe(before.trainings);
    for (let number = 1; number <= card.trainings; number++) {
      expect(await engine.store.read['training.get'](card.id, number)).toEqual(
        await engine.store.read['training.get'](before.id, number),
      );
    }
    const scores = (id: number) => engine.store.read['score.line'](id, -Infinity, ROWS);
    expect(await scores(card.id)).toEqual(await scores(before.id));
    const events = await engine.handlers['event.list'](card.id);
    expect(events.every(({ peakScore }) => peakScore >= spec.parameter)).toBe(true);
    const carried = events.filter(({ triage }) => triage.note === 'bearing');
    expect(carried).toHaveLength(1);
    expect(carried[0].triage.verdict).toBe('confirmed');

    const bundle = await engine.handlers['bundle.start'](streamId, { language: 'en', range: null });
    await engine.jobs.finished(bundle.id);
    const packed = engine.handlers['job.result'](bundle.id) as JobResult & { kind: 'file' };
    const { recomputed } = await verifyBundle(packed.file.bytes);
    expect(recomputed).toEqual({ rows: ROWS, differing: 0, first: null });

    await engine.handlers['model.activate'](before.id);
    expect((await engine.handlers['model.active'](streamId))!.id).toBe(before.id);
    const again = await engine.handlers['event.list'](before.id);
    expect(again.map(({ id }) => id)).toEqual(past.map(({ id }) => id));
  });
});
