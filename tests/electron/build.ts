/** The built application, for tests that run it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = join(import.meta.dirname, '..', '..');
const LOCK_STALE_MS = 120_000;
const MAIN = join(ROOT, 'out', 'main', 'index.js');
const PRELOAD = join(ROOT, 'out', 'preload', 'index.cjs');

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
    if (!existsSync(MAIN) || !existsSync(PRELOAD)) {
      throw new Error(`The build ended with ${String(status)}.\n${stderr}`);
    }
  } finally {
    rmdirSync(lock);
  }
}
