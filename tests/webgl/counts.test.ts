/** What a training step costs the graphics card, counted: drawings and textures. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, kernelSite, openBrowser, openKernels, type Site } from './browser.ts';

const DRAWS_PER_TIME_STEP_MAX = 4;
const [SHORT, LONG, STEPS] = [10, 20, 50];
const cells = ['gru', 'lstm', 'rnn-tanh', 'rnn-relu'] as const;
const shapes = [...cells.map((cell) => ({ cell, H: 6 })), { cell: 'gru', H: 36 } as const];

describe.skipIf(!chromiumPath)('a training step on the graphics card', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser('swiftshader'), kernelSite('built')]);
    ({ page } = await openKernels(browser, site));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test.each(shapes)('$cell of $H units', async ({ cell, H }) => {
    const count = (T: number, steps: number) =>
      page.evaluate((shape) => window.offbeatKernels.count(shape), { cell, H, T, steps });
    const short = await count(SHORT, 2);
    const long = await count(LONG, STEPS);
    // Few units take two drawings a time step, many four.
    const added = (long.draws[0] - short.draws[0]) / (LONG - SHORT);
    expect(added).toBeLessThanOrEqual(DRAWS_PER_TIME_STEP_MAX);
    // Every step draws the same and leaves no texture behind.
    expect(new Set(long.draws)).toEqual(new Set([long.draws[0]]));
    expect(long.textures[STEPS - 1]).toBe(long.textures[0]);
    expect(new Set(long.textures)).toEqual(new Set([long.textures[0]]));
    expect([short.left, long.left]).toEqual([0, 0]);
  });
});
