/** The same weights give the same probabilities on every backend, to 1e-5. */
import { describe, expect, it } from 'vitest';
import {
  createNodeWasmBackend,
  fastestBuild,
  type WasmBuild,
} from '../../electron/engine/training/wasm-node.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { chromiumPath, kernelSite, openBrowser, openKernels } from '../webgl/browser.ts';
import { furthest, probabilitiesOn } from './recogniser-probabilities.ts';

const TOLERANCE = 1e-5;
const judge = probabilitiesOn(createReferenceBackend);

describe('recognisers of every build', () => {
  it('say different things of different windows', () => {
    for (const all of Object.values(judge)) {
      expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(0.2);
      expect(new Set(all.map((p) => p.toFixed(3))).size).toBeGreaterThan(20);
    }
  });

  it.each([...new Set<WasmBuild>(['plain', fastestBuild()])])(
    'say on wasm, %s, what the reference says',
    (build) => {
      const found = probabilitiesOn(() => createNodeWasmBackend({ build, threads: 1 }));
      expect(furthest(found, judge)).toBeLessThanOrEqual(TOLERANCE);
    },
  );

  it.skipIf(!chromiumPath)('say on webgl what the reference says', async () => {
    const [browser, site] = await Promise.all([openBrowser('swiftshader'), kernelSite('sources')]);
    try {
      const { page } = await openKernels(browser, site);
      const found = await page.evaluate(() => window.offbeatKernels.recognise());
      expect(furthest(found, judge)).toBeLessThanOrEqual(TOLERANCE);
    } finally {
      await browser.close();
      await site.close();
    }
  });
});
