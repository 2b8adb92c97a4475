/** One Chromium for all that runs in pages: our kernels on the graphics card, and TensorFlow.js. */
import { chromium, type Browser } from 'playwright';
import { findChromium } from '../../system/chromium.mjs';
import type { Entry } from './contestant.ts';
import type { Task } from './shapes.ts';
import { openTfjsHall } from './tfjs.ts';
import { openWebglHall } from './webgl.ts';

/** A real graphics card where there is one, else the processor's own OpenGL. */
const FLAGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];

export interface Hall {
  open(browser: Browser, task: Task): Promise<readonly Entry[]>;
  close(): Promise<void>;
}

export interface BrowserHall {
  open(task: Task): Promise<readonly Entry[]>;
  close(): Promise<void>;
}

export async function openBrowserHall(): Promise<BrowserHall> {
  const { path, how } = findChromium();
  if (path === null) {
    const entry = { name: 'WebGL and TensorFlow.js', missing: `There is no Chromium: ${how}` };
    return { open: async () => [entry], close: async () => undefined };
  }
  const browser = await chromium.launch({ executablePath: path, args: FLAGS });
  const halls = [await openWebglHall(), await openTfjsHall()];
  return {
    open: async (task) => (await Promise.all(halls.map((hall) => hall.open(browser, task)))).flat(),
    close: async () => {
      await browser.close();
      for (const hall of halls) await hall.close();
    },
  };
}
