/** The life of the application: one instance, ready, quit. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeChromium, launchChromium } from './browser.ts';
import { startPageServer } from './page-server.ts';
import { preventable } from './preventable.ts';
import { strict } from './strict.ts';

const HOME = process.env['OFFBEAT_SPEC_HOME']!;
const LOCK = join(HOME, 'instance');
const POLL_MS = 50;
const switches = new Set<string>();
let isReady = false;
let isQuitting = false;

const ready = (async () => {
  await Promise.all([startPageServer(), launchChromium(process.env['OFFBEAT_CHROMIUM']!)]);
  isReady = true;
})();
// Whoever waits for it is told.
ready.catch(() => undefined);

export const windows = new Set<{ close(): void }>();

export const app = strict(
  'app',
  Object.assign(new EventEmitter(), {
    name: 'Offbeat',
    isPackaged: process.env['OFFBEAT_SPEC_RESOURCES'] !== undefined,
    commandLine: strict('app.commandLine', {
      hasSwitch: (name: string): boolean => switches.has(name),
      appendSwitch: (name: string): void => void switches.add(name),
    }),
    enableSandbox: (): void => {
      if (isReady) throw new Error('The sandbox is enabled before the app is ready.');
      switches.add('enable-sandbox');
    },
    isReady: (): boolean => isReady,
    whenReady: (): Promise<void> => ready,
    getVersion: (): string => '9.8.7',
    getLocale: (): string => process.env['OFFBEAT_SPEC_LOCALE'] ?? 'en-US',
    getAppPath: (): string => process.env['OFFBEAT_SPEC_APP']!,
    getPath: (name: string): string => {
      if (name !== 'userData') throw new Error(`The stand-in has no path "${name}".`);
      return join(HOME, 'userData');
    },
    requestSingleInstanceLock,
    exit: (code = 0): void => void end(code),
    quit: (): void => {
      if (!isQuitting) {
        const event = preventable();
        app.emit('before-quit', event);
        if (event.defaultPrevented) return;
      }
      isQuitting = true;
      for (const window of [...windows]) window.close();
      const event = preventable();
      app.emit('will-quit', event);
      if (!event.defaultPrevented) void end(0);
    },
  }),
);

async function end(code: number): Promise<void> {
  if (existsSync(LOCK) && readFileSync(join(LOCK, 'pid'), 'utf8') === String(process.pid)) {
    rmSync(LOCK, { recursive: true, force: true });
  }
  await closeChromium();
  process.exit(code);
}

export function windowClosed(): void {
  if (windows.size === 0 && !isQuitting) app.emit('window-all-closed');
}

/** The first start owns a folder; the others leave their arguments in it. */
function requestSingleInstanceLock(): boolean {
  mkdirSync(HOME, { recursive: true });
  try {
    mkdirSync(LOCK);
  } catch {
    const holder = Number(readFileSync(join(LOCK, 'pid'), 'utf8'));
    if (isAlive(holder)) {
      const message = JSON.stringify({ argv: process.argv, folder: process.cwd() });
      writeFileSync(join(LOCK, `${process.pid}.json`), message);
      return false;
    }
  }
  writeFileSync(join(LOCK, 'pid'), String(process.pid));
  setInterval(takeSecondStarts, POLL_MS).unref();
  return true;
}

function takeSecondStarts(): void {
  if (!existsSync(LOCK)) return;
  for (const name of readdirSync(LOCK).filter((each) => each.endsWith('.json'))) {
    const text = readFileSync(join(LOCK, name), 'utf8');
    rmSync(join(LOCK, name));
    const { argv, folder } = JSON.parse(text) as { argv: string[]; folder: string };
    app.emit('second-instance', {}, argv, folder);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

process.on('SIGTERM', () => app.quit());
