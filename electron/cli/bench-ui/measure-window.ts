/** How the window keeps up: frames while rows come, the time a step takes, bytes over minutes. */
import { setTimeout as wait } from 'node:timers/promises';
import { createEngine, type Engine } from '../../engine/engine.ts';
import { RENDERER_DIR } from '../renderer-dir.ts';
import { serve } from '../serve.ts';
import { VERSION } from '../version.ts';
import { openPage, type BrowserPage } from './browser-page.ts';

const SETTLE_MS = 3000;
const BYTES_EVERY_MS = 30_000;
export const WARM_MS = 120_000;

export interface FrameTimes {
  readonly frames: number;
  /** ms from one frame to the next. */
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  /** Share of the time that tasks of over 50 ms took. */
  readonly blocked: number;
}

export interface StepTimes {
  readonly steps: number;
  /** ms from the key to the picture of the data. */
  readonly median: number;
  readonly longest: number;
}

/** Opens the window on a workspace; the engine is this process's, as under `offbeat serve`. */
export async function withWindow<T>(
  workspace: string,
  prepare: (engine: Engine) => Promise<number>,
  measure: (page: BrowserPage) => Promise<T>,
): Promise<T> {
  const shell = { shell: 'browser', version: VERSION, resumesJobs: true } as const;
  const engine = await createEngine({ workspace, ...shell });
  try {
    const streamId = await prepare(engine);
    const server = await serve({ engine, rendererDir: RENDERER_DIR });
    const page = await openPage(server.url);
    try {
      await settled(page, `document.querySelector('nav') !== null`);
      await page.evaluate(`void (location.hash = '#/stream/${streamId}')`);
      await settled(page, `document.querySelector('.lanes canvas') !== null`);
      return await measure(page);
    } finally {
      await page.close();
      await server.close();
    }
  } finally {
    await engine.close();
  }
}

/** Shows so much of the stream, by the button that says so. */
export async function showSpan(page: BrowserPage, words: string): Promise<void> {
  const buttons = `[...document.querySelectorAll('.spans button')]`;
  await page.evaluate(`${buttons}.find((one) => one.textContent.trim() === '${words}').click()`);
  await settled(page, IS_DRAWN);
  await wait(SETTLE_MS);
}

export async function measureFrames(page: BrowserPage, seconds: number): Promise<FrameTimes> {
  const { times, blockedMs } = await page.evaluate<{ times: number[]; blockedMs: number }>(`
    new Promise((done) => {
      let blockedMs = 0;
      const watch = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) blockedMs += duration;
      });
      watch.observe({ entryTypes: ['longtask'] });
      const times = [];
      let last = performance.now();
      const end = last + ${seconds * 1000};
      const frame = (now) => {
        times.push(now - last);
        last = now;
        if (now < end) return requestAnimationFrame(frame);
        watch.disconnect();
        done({ times: times.slice(1), blockedMs });
      };
      requestAnimationFrame(frame);
    })`);
  const sorted = times.sort((a, b) => a - b);
  return {
    frames: sorted.length,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    longest: sorted[sorted.length - 1],
    blocked: blockedMs / (seconds * 1000),
  };
}

/** Pans by the keyboard, to the left and back, and waits for the data of every step. */
export async function measurePan(page: BrowserPage, steps: number): Promise<StepTimes> {
  const times: number[] = [];
  for (let step = 0; step < steps; step++) {
    const key = step < steps / 2 ? 'ArrowLeft' : 'ArrowRight';
    const took = await page.evaluate<number>(`
      new Promise((done) => {
        const start = performance.now();
        window.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}' }));
        const look = () => {
          if (${IS_DRAWN}) return requestAnimationFrame(() => done(performance.now() - start));
          requestAnimationFrame(look);
        };
        setTimeout(look);
      })`);
    times.push(took);
  }
  const sorted = times.sort((a, b) => a - b);
  return { steps, median: quantile(sorted, 0.5), longest: sorted[sorted.length - 1] };
}

/** Bytes in use, every half minute; first the browser compiles for a while what is used much. */
export async function watchHeap(page: BrowserPage, minutes: number): Promise<number[]> {
  await wait(WARM_MS);
  const bytes = [await page.heapBytes()];
  const ends = performance.now() + minutes * 60_000;
  while (performance.now() < ends) {
    await wait(Math.min(BYTES_EVERY_MS, ends - performance.now()));
    bytes.push(await page.heapBytes());
  }
  return bytes;
}

/** Nothing is asked any more, and every lane shows what came. */
const IS_DRAWN = `document.querySelector('.lanes').getAttribute('aria-busy') === 'false'`;

async function settled(page: BrowserPage, condition: string): Promise<void> {
  await page.evaluate(`
    new Promise((done, fail) => {
      const late = performance.now() + 60000;
      const look = () => {
        if (${condition}) return done();
        if (performance.now() > late) return fail(new Error('The window did not get ready.'));
        setTimeout(look, 50);
      };
      look();
    })`);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
