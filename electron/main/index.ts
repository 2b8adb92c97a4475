/** The desktop shell: puts the engine behind a window. Whatever is not glue is elsewhere. */
import { app, dialog, type BrowserWindow } from 'electron';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { apiChecks } from '../../shared/contract/checks.ts';
import { createServer } from '../../shared/contract/server.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { log } from '../engine/log.ts';
import { acceptPages } from './ipc.ts';
import { setMenu } from './menu.ts';
import { declareScheme, serveScheme } from './protocol.ts';
import { denyPermissions, guardContents } from './security.ts';
import { openWindow } from './windows.ts';

const PRELOAD = join(import.meta.dirname, '../preload/index.cjs');
const RENDERER_DIR = join(import.meta.dirname, '../renderer');

const { values: options } = parseArgs({
  // Packed there is no script before the arguments; unpacked its path is a mere positional.
  args: process.argv.slice(1),
  // Electron and the system put switches of their own among these.
  strict: false,
  options: { demo: { type: 'boolean', default: false }, workspace: { type: 'string' } },
});

// A second start only brings the first one's window forward: one workspace, one engine.
if (app.requestSingleInstanceLock()) {
  guardContents();
  declareScheme();
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      log.error('Offbeat could not start.', error);
      dialog.showErrorBox('Offbeat could not start', String(error));
      app.exit(1);
    });
} else {
  app.quit();
}

async function start(): Promise<void> {
  denyPermissions();
  serveScheme(RENDERER_DIR);
  setMenu();
  const demo = options.demo === true;
  const engine = await createEngine({
    workspace: workspaceFolder(),
    shell: 'electron',
    version: app.getVersion(),
    demo,
    resumesJobs: true,
  });
  closeOnQuit(engine);
  if (demo) engine.startDemo();
  let window: BrowserWindow | null = null;
  const show = (): void => {
    if (window) return bringForward(window);
    window = openWindow(PRELOAD, (opened) => connect(engine, opened));
    window.on('closed', () => (window = null));
  };
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    // On macOS an application without a window goes on until it is quit.
    if (process.platform !== 'darwin') app.quit();
  });
  show();
}

function workspaceFolder(): string {
  const { workspace } = options;
  return typeof workspace === 'string' ? resolve(workspace) : defaultWorkspace();
}

/** A page's calls go to the engine, the engine's events to it. */
function connect(engine: Engine, window: BrowserWindow): void {
  acceptPages(window, (transport) => {
    const server = createServer<Api, ApiEvents>(transport, engine.handlers, apiChecks);
    return engine.onEvent((event, payload) => server.emit(event, payload));
  });
}

function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Quitting waits until the engine has cancelled its jobs and closed the store. */
function closeOnQuit(engine: Engine): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void engine
      .close()
      .catch((error: unknown) => log.error('The engine did not close cleanly.', error))
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
}
