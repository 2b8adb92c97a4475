/**
 * The part of Electron that Offbeat uses, without its program: main runs under Node, pages in a
 * headless Chromium. A test tool; what is not here throws by its name.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export {
  Menu,
  Notification,
  Tray,
  dialog,
  nativeImage,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
} from './desktop-parts.ts';
export { ipcMain } from './ipc-main.ts';
export { protocol } from './protocol.ts';
export { session } from './session.ts';
