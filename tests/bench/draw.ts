/**
 * Time until the page has drawn a long recording: from the click on its card to a painted screen.
 * Usage: node tests/bench/draw.ts [rows] [channels]
 * Needs a build, a Chromium, and no more channels than fit on a screen.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { serve } from '../../electron/cli/serve.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { findChromium } from '../system/chromium.mjs';

const START_MS = Date.UTC(2026, 0, 1);
const ROWS_AT_ONCE = 50_000;
const RUNS = 5;

async function record(engine: Engine, rows: number, channels: number): Promise<void> {
  const random = createRandom(1);
  const { write } = engine.store;
  const names = Array.from({ length: channels }, (_, k) => ({ name: `c${k}`, unit: '' }));
  const stream = { name: 'Long', channels: names, periodMs: 1000, hasTime: true };
  const id = await write['stream.create'](stream);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, rows - first);
    const t = Float64Array.from({ length }, (_, i) => START_MS + 1000 * (first + i));
    const columns = names.map((_, k) =>
      t.map((_, i) => 20 + k + Math.sin((first + i) / 300) + random.uniform()),
    );
    await write['stream.append'](id, { t, columns });
  }
  await write['stream.publish'](id, { periodMs: 1000, duplicates: 0, backward: 0, gaps: 0 });
}

async function measure(url: string, channels: number): Promise<number[]> {
  const { path } = findChromium();
  if (!path) throw new Error('There is no Chromium here.');
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await page.locator('.card').waitFor();
    const drawn = page.evaluate(drawTime, channels);
    await page.locator('.card').click();
    times.push(await drawn);
    await page.locator('.rail a').first().click();
  }
  await browser.close();
  return times;
}

/** Runs in the page: ms from the click to the frame after every lane has a painted canvas. */
function drawTime(channels: number): Promise<number> {
  return new Promise((resolve) => {
    let clicked = 0;
    const painted = (canvas: HTMLCanvasElement): boolean => {
      const context = canvas.getContext('2d')!;
      const { data } = context.getImageData(canvas.width / 2, 0, 40, canvas.height);
      return data.some((byte) => byte > 0);
    };
    const look = (): void => {
      const lanes = [...document.querySelectorAll<HTMLCanvasElement>('.lane canvas')];
      if (lanes.length === channels && lanes.every(painted)) resolve(performance.now() - clicked);
      else requestAnimationFrame(look);
    };
    const onClick = (): void => {
      clicked = performance.now();
      look();
    };
    document.addEventListener('click', onClick, { once: true, capture: true });
  });
}

const rows = Number(process.argv[2] ?? 1_000_000);
const channels = Number(process.argv[3] ?? 8);
const workspace = await mkdtemp(join(tmpdir(), 'offbeat-draw-'));
const engine = await createEngine({ workspace, shell: 'browser', version: 'bench' });
const rendererDir = join(import.meta.dirname, '..', '..', 'out', 'renderer');
const shell = await serve({ engine, rendererDir });
try {
  await record(engine, rows, channels);
  const times = await measure(shell.url, channels);
  const shown = times.map((ms) => ms.toFixed(0)).join(', ');
  console.log(`${rows} rows × ${channels} channels: drawn ${shown} ms after the click`);
} finally {
  await shell.close();
  await engine.close();
  await rm(workspace, { recursive: true, force: true });
}
