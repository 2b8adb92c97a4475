/** Loads modules by Node itself, outside the test runner, with the stand-in as 'electron'. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type * as StandIn from './stand-in.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
const LOCK_STALE_MS = 120_000;
const STAND_IN = join(import.meta.dirname, 'stand-in.ts');
export const MAIN = join(ROOT, 'out', 'main', 'index.js');
export const PRELOAD = join(ROOT, 'out', 'preload', 'index.cjs');

const require = createRequire(import.meta.url);
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: pathToFileURL(STAND_IN).href, shortCircuit: true }
      : next(specifier, context),
});

/** The one stand-in that whatever is loaded here uses as well. */
export const standIn = require(STAND_IN) as typeof StandIn;

/** A module by its path, from the root or absolute, with Node's own loader. */
export function loadNatively<T>(path: string): T {
  return require(resolve(ROOT, path)) as T;
}

/** Builds when there is no build; test files that run beside each other build once. */
export async function ensureBuilt(): Promise<void> {
  const lock = join(ROOT, '.cache', 'test-build');
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  while (!existsSync(MAIN) || !existsSync(PRELOAD) || existsSync(lock)) {
    if (take(lock)) build(lock);
    else await sleep(200);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    // A build that was killed leaves its lock behind.
    if (age > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function build(lock: string): void {
  try {
    const bin = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const { status, stderr } = spawnSync(process.execPath, [bin, 'build', '--logLevel', 'warn'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    // The window's page has tests of its own; here main and preload must be there.
    if (!existsSync(MAIN) || !existsSync(PRELOAD)) {
      throw new Error(`The build ended with ${String(status)}.\n${stderr}`);
    }
  } finally {
    rmdirSync(lock);
  }
}
