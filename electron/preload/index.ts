/** Hands the page its transport and nothing else: no channel names, no event objects. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Transport } from '../../shared/contract/transport.ts';

/** Agreed with the main process. */
const CHANNEL = 'offbeat';

let listen: (message: unknown) => void = () => undefined;
ipcRenderer.on(CHANNEL, (_event, message: unknown) => listen(message));

const transport: Transport = {
  send: (message) => ipcRenderer.send(CHANNEL, message),
  onMessage: (listener) => {
    listen = listener;
  },
};

contextBridge.exposeInMainWorld('offbeat', transport);
