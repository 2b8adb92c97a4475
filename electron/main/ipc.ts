/** A page of a window as a Transport; the only user of ipcMain. */
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import type { Transport } from '../../shared/contract/transport.ts';
import { ORIGIN } from './origin.ts';

/** Agreed with the preload. */
const CHANNEL = 'offbeat';

/**
 * Calls `attach` for each page the window loads; what it answers runs when that page is gone. A
 * page has a transport of its own: the answer to a question of the page before a reload must not
 * reach the page after it, which counts its calls from one again.
 */
export function acceptPages(
  window: BrowserWindow,
  attach: (transport: Transport) => () => void,
): void {
  let leave: () => void = () => undefined;
  window.webContents.on('did-navigate', () => {
    leave();
    const page = pageTransport(window);
    const detach = attach(page.transport);
    leave = () => {
      page.close();
      detach();
    };
  });
  window.on('closed', () => leave());
}

function pageTransport(window: BrowserWindow): { transport: Transport; close(): void } {
  const { webContents } = window;
  let listen: (message: unknown) => void = () => undefined;
  let open = true;
  // Another window, an embedded frame or a foreign page is not answered at all.
  const receive = ({ sender, senderFrame }: IpcMainEvent, message: unknown): void => {
    if (sender !== webContents || !senderFrame || senderFrame !== webContents.mainFrame) return;
    if (senderFrame.origin === ORIGIN) listen(message);
  };
  ipcMain.on(CHANNEL, receive);
  return {
    transport: {
      send: (message) => {
        if (open && !webContents.isDestroyed()) webContents.send(CHANNEL, message);
      },
      onMessage: (listener) => (listen = listener),
    },
    close: () => {
      open = false;
      ipcMain.off(CHANNEL, receive);
    },
  };
}
