/** Windows: one set of options, so that no window can be made less safe than another. */
import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import { ORIGIN } from './origin.ts';

/** A page that dies again within this time is left alone instead of being loaded for ever. */
const CRASH_LOOP_MS = 10_000;

/** The only options any window is made with. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    title: 'Offbeat',
    // The page's own ground, so that opening does not flash.
    backgroundColor: '#0e1116',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}

/** Opens the page. `onOpen` runs before anything loads, so that no message is missed. */
export function openWindow(
  preload: string,
  onOpen: (window: BrowserWindow) => void,
): BrowserWindow {
  const window = new BrowserWindow(windowOptions(preload));
  onOpen(window);
  reviveAfterCrash(window);
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

/** The window holds no truth: loaded again, it shows what the engine knows. */
function reviveAfterCrash(window: BrowserWindow): void {
  let last = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const again = Date.now() - last < CRASH_LOOP_MS;
    last = Date.now();
    if (reason !== 'clean-exit' && !again && !window.isDestroyed()) window.webContents.reload();
  });
}
