/** Loaded before the built main by --import: 'electron' is the stand-in, and specs may look in. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type * as StandIn from './electron.ts';

const STAND_IN = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: STAND_IN, shortCircuit: true } : next(specifier, context),
});

// In every thread: workers inherit what is loaded first.
await import('../refuse-sockets.mjs');
if (isMainThread) {
  Object.assign(process, { resourcesPath: process.env['OFFBEAT_SPEC_RESOURCES'] });
  await import('../spec-hook.mjs');
  const electron = (await import(STAND_IN)) as typeof StandIn;
  const { chromium } = await import('./browser.ts');
  process.on('message', async ({ id, source, arg }: Question) => {
    try {
      await electron.app.whenReady();
      const ask = new Function('electron', 'arg', `return (${source})(electron, arg)`);
      const value: unknown = source === 'endpoint' ? chromium().endpoint : await ask(electron, arg);
      process.send!({ id, value });
    } catch (error) {
      process.send!({ id, error: (error as Error).stack });
    }
  });
  // Only questions would keep it: the application ends when it wants to.
  process.channel?.unref();
}

interface Question {
  readonly id: number;
  readonly source: string;
  readonly arg: unknown;
}
