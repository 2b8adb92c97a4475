/** Our kernels on the graphics card, in the same Chromium as the peers, from the sources. */
import { join } from 'node:path';
import { createServer } from 'vite';
import type { Hall } from './browser-hall.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const NAME = 'offbeat webgl';

export async function openWebglHall(): Promise<Hall> {
  const server = await createServer({
    ...({ configFile: false, logLevel: 'error', root: ROOT } as const),
    cacheDir: join(ROOT, '.cache', 'bench-vite'),
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { include: ['gpu.js'], noDiscovery: true },
  });
  await server.listen();
  const url = `${server.resolvedUrls!.local[0]}tests/bench/model/page/`;
  return {
    open: async (browser, task) => {
      const page = await browser.newPage();
      await page.goto(url);
      await page.waitForFunction(() => window.offbeatBench !== undefined);
      const renderer = await page.evaluate((order) => window.offbeatBench.open(order), task);
      if (renderer === null) return [{ name: NAME, missing: 'Chromium has no WebGL 2 here.' }];
      const contestant = {
        name: NAME,
        note: renderer,
        turn: (steps: number) => page.evaluate((count) => window.offbeatBench.turn(count), steps),
        close: () => page.close(),
      };
      return [{ contestant }];
    },
    close: () => server.close(),
  };
}
