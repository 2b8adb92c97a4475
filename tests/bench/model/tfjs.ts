/** TensorFlow.js in Chromium: its WebGL and its WASM backend, each in a page of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { Hall } from './browser-hall.ts';
import type { Entry, Turn } from './contestant.ts';
import { LEARNING_RATE, WEIGHT_SHAPES, type Task } from './shapes.ts';

const PEERS = join(import.meta.dirname, '..', '..', '..', '.cache', 'peers');
const PACKAGES = ['core', 'layers', 'backend-cpu', 'backend-webgl', 'backend-wasm'].map(
  (part) => `@tensorflow/tfjs-${part}`,
);
const VERSION = '4.22.0';
const NAMES = { webgl: 'tfjs-webgl', wasm: 'tfjs-wasm' } as const;
const TYPES: Readonly<Record<string, string>> = {
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' },
};

/** Opens pages for tasks; where the packages are missing, says so and how to get them. */
export async function openTfjsHall(): Promise<Hall> {
  const absent = PACKAGES.filter((name) => !existsSync(join(PEERS, 'node_modules', name)));
  if (absent.length > 0) {
    const wanted = PACKAGES.map((name) => `${name}@${VERSION}`).join(' ');
    const missing = `npm install --prefix .cache/peers --ignore-scripts ${wanted}`;
    return {
      open: async () => Object.values(NAMES).map((name) => ({ name, missing })),
      close: async () => undefined,
    };
  }
  const server = await serve();
  const { port } = server.address() as AddressInfo;
  return {
    open: (browser, task) =>
      Promise.all(
        (['webgl', 'wasm'] as const).map((backend) => {
          return openPage(browser, `http://127.0.0.1:${port}/`, backend, task);
        }),
      ),
    close: async () => void server.close(),
  };
}

/** The page and the packages, on this machine alone. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url ?? '/'));
    const file =
      path === '/'
        ? join(import.meta.dirname, 'tfjs-page.html')
        : join(PEERS, 'node_modules', path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    // Threads and clocks of full precision need a page that is isolated.
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

interface TfjsWindow {
  openTask(backend: string, order: unknown): Promise<string>;
  turn(steps: number): Promise<Turn>;
}

async function openPage(
  browser: Browser,
  address: string,
  backend: keyof typeof NAMES,
  task: Task,
): Promise<Entry> {
  const page: Page = await browser.newPage();
  await page.goto(address);
  const order = { ...task, sizes: WEIGHT_SHAPES(task.shape), learningRate: LEARNING_RATE };
  const version = await page.evaluate(
    ([name, all]) => (window as unknown as TfjsWindow).openTask(name, all),
    [backend, order] as const,
  );
  return {
    contestant: {
      name: NAMES[backend],
      note: `${version}, ${backend === 'webgl' ? await rendererOf(page) : 'SIMD'}`,
      turn: (steps) =>
        page.evaluate((count) => (window as unknown as TfjsWindow).turn(count), steps),
      close: () => page.close(),
    },
  };
}

function rendererOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    return gl ? String(gl.getParameter(gl.RENDERER)) : 'no WebGL';
  });
}
