/**
 * Training in the page that computes, as built and behind the policy it is shipped with: the
 * browser shell serves it, its socket attaches it to the engine, the engine pulls.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serve, type BrowserShell } from '../../electron/cli/serve.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import {
  localSession,
  pageSession,
  type TrainingSession,
} from '../../electron/engine/training/session.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { numbersOf, type TrainingOrder } from '../../shared/train/order.ts';
import { chromiumPath, openBrowser } from './browser.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STEPS = 60;
const ROWS = 200;

/** A wave and its echo, to be forecast one and three steps ahead. */
function order(): TrainingOrder {
  const spec = { inputs: 2, targets: 2, hidden: 5, horizons: [1, 3] };
  const inputs = Float64Array.from({ length: 2 * ROWS }, (_, i) =>
    Math.sin(Math.floor(i / 2) / 5 - (i % 2)),
  );
  const options = {
    ...{ steps: STEPS, learningRate: 0.01, seed: 7, stepsPerEpoch: 5 },
    ...{ window: 12, warmup: 2, batch: 6, validationFraction: 0.2, dropout: 0.1 },
  };
  const parameters = numbersOf(createForecaster(spec, 7));
  return { spec, inputs, targets: inputs.slice(), rows: ROWS, options, parameters };
}

interface Outcome {
  readonly losses: number[];
  readonly forecaster: Forecaster;
}

/** To the end; `atStep` is called once, when half of the steps are done. */
async function train(session: TrainingSession, atHalf = async () => {}): Promise<Outcome> {
  const losses = new Map<number, number>();
  let half: (() => Promise<void>) | null = atHalf;
  for (;;) {
    const { step, report, end } = await session.advance();
    if (report) losses.set(report.step, report.train);
    if (end) break;
    if (step < STEPS / 2 || !half) continue;
    await half();
    half = null;
  }
  return { losses: [...losses.values()], forecaster: await session.finish() };
}

describe.skipIf(!chromiumPath)('the page that computes', () => {
  let folder: string;
  let engine: Engine;
  let shell: BrowserShell;
  let browser: Browser;
  let frame: Frame;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offbeat-compute-'));
    const rendererDir = join(folder, 'renderer');
    await build({
      ...{ root: join(ROOT, 'renderer'), configFile: false, logLevel: 'error' },
      build: {
        ...{ outDir: rendererDir, emptyOutDir: true, minify: true },
        rollupOptions: { input: { compute: join(ROOT, 'renderer', 'compute.html') } },
      },
    });
    // The frame that the window opens, without the window.
    const shellPage =
      '<!doctype html><iframe src="./compute.html" title="computes" hidden></iframe>';
    await writeFile(join(rendererDir, 'index.html'), shellPage);
    const workspace = join(folder, 'workspace');
    engine = await createEngine({ workspace, shell: 'browser', version: '0' });
    shell = await serve({ engine, rendererDir });
    browser = await openBrowser('swiftshader');
    const page = await browser.newPage();
    await page.addInitScript(watchPage);
    await page.goto(shell.url);
    frame = page.frame({ url: /compute\.html/ })!;
    await vi.waitUntil(() => engine.compute.info(), { timeout: 30_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await shell?.close();
    await engine?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('names its renderer as one that runs on the processor', async () => {
    expect(await engine.compute.info()).toMatchObject({
      renderer: expect.stringContaining('SwiftShader'),
      isSoftware: true,
    });
  });

  test('trains from start to end with the losses of the reference', async () => {
    const expected = await train(localSession(createReferenceBackend(), order(), null));
    const found = await train(await pageSession(engine.compute.page, order(), null));
    expect(found.losses.length).toBe(STEPS / 5);
    found.losses.forEach((loss, i) => {
      expect(Math.abs(loss / expected.losses[i] - 1)).toBeLessThan(1e-4);
    });
    expect(found.losses.at(-1)!).toBeLessThan(found.losses[0]);
  });

  test('goes on after its graphics context was lost, with the same numbers', async () => {
    const undisturbed = await train(await pageSession(engine.compute.page, order(), null));
    const contexts = () => frame.evaluate(() => window.contexts.length);
    const before = await contexts();
    const disturbed = await train(
      await pageSession(engine.compute.page, order(), null),
      async () => {
        await frame.evaluate(() => {
          window.contexts.at(-1)!.getExtension('WEBGL_lose_context')!.loseContext();
        });
      },
    );
    expect(await contexts()).toBe(before + 1);
    expect(disturbed.losses).toEqual(undisturbed.losses);
    expect(numbersOf(disturbed.forecaster)).toEqual(numbersOf(undisturbed.forecaster));
  });

  test('refuses a bad order in words and goes on with the next', async () => {
    const bad = order();
    bad.inputs[3] = NaN;
    await expect(pageSession(engine.compute.page, bad, null)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Input 1 of row 1 is NaN'),
    });
    const session = await pageSession(engine.compute.page, order(), null);
    expect((await session.advance()).step).toBeGreaterThan(0);
    session.close();
  });

  test('learns a stream when webgl is asked for, though it is software', async () => {
    const path = join(folder, 'wave.csv');
    const rows = Array.from({ length: 160 }, (_, i) => `${i},${Math.sin(i / 3).toFixed(4)}`);
    await writeFile(path, ['time,load', ...rows].join('\n'));
    const preview = await engine.preview(path, 'wave.csv', {});
    const imported = engine.startImport(path, 'wave.csv', 'Wave', preview.plan);
    const { streamId } = await engine.jobs.finished(imported.id);
    const job = await engine.startLearn(streamId!, {
      ...{ mode: 'stream', trainRows: 150, seed: 1, backend: 'webgl' },
    });
    const learnt = await engine.jobs.finished(job.id);
    expect(learnt.failure).toBeNull();
    const card = await engine.handlers['model.active'](streamId!);
    expect(card).toMatchObject({ backend: 'webgl', backendReason: { code: 'asked' } });
  });

  test('broke no rule of its policy and said nothing wrong', async () => {
    expect(await frame.evaluate(() => window.complaints)).toEqual([]);
  });
});

declare global {
  interface Window {
    contexts: WebGL2RenderingContext[];
    complaints: string[];
  }
}

/** In the page, before its scripts: keeps its contexts and what goes wrong. */
function watchPage(): void {
  window.contexts = [];
  window.complaints = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    window.complaints.push(`${violatedDirective}: ${blockedURI}`);
  });
  window.addEventListener('error', ({ message }) => window.complaints.push(message));
  window.addEventListener('unhandledrejection', ({ reason }) => {
    window.complaints.push(String(reason));
  });
  const { prototype } = OffscreenCanvas;
  const getContext = prototype.getContext;
  prototype.getContext = function (this: OffscreenCanvas, ...args: [never]) {
    const context = getContext.apply(this, args);
    if (context instanceof WebGL2RenderingContext) window.contexts.push(context);
    return context;
  } as typeof getContext;
}
