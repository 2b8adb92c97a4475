/** The three transports, each opened end to end as the application does it. */
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as immediately } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { socketTransport } from '../../electron/cli/socket-transport.ts';
import { openSocket } from '../../renderer/app/transport/web-socket.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { encodeFrame } from '../../shared/contract/codec.ts';
import { portTransport, type PortLike } from '../../shared/contract/message-port.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import type { Pair, Probe, ProbeEvents } from './probe.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const utf8 = {
  encode: (text: string): Uint8Array => encoder.encode(text),
  decode: (bytes: Uint8Array): string => decoder.decode(bytes),
};

export async function openPorts(): Promise<Pair> {
  const { port1, port2 } = new MessageChannel();
  const client = createClient<Probe, ProbeEvents>(portTransport(port1 as PortLike));
  // Who holds a worker tells its client when the worker is gone.
  port1.on('close', () => client.close('The worker has ended.'));
  return {
    client,
    engine: portTransport(port2 as PortLike),
    sendToEngine: (message) => port1.postMessage(message),
    cut: () => port2.close(),
    close: () => port1.close(),
  };
}

export async function openWebSocket(): Promise<Pair> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const opened: WebSocket[] = [];
  const Native = globalThis.WebSocket;
  vi.stubGlobal('WebSocket', function open(url: string) {
    opened.push(new Native(url));
    return opened.at(-1);
  });
  const { port } = server.address() as AddressInfo;
  const { client } = openSocket(`ws://127.0.0.1:${port}`);
  const [socket] = (await once(server, 'connection')) as [Parameters<typeof socketTransport>[0]];
  while (opened[0].readyState !== Native.OPEN) await immediately();
  return {
    client: client as unknown as Client<Probe, ProbeEvents>,
    engine: socketTransport(socket),
    sendToEngine: (message) => {
      opened[0].send(encodeFrame(message, utf8) as Uint8Array<ArrayBuffer>);
    },
    cut: () => socket.terminate(),
    close: async () => {
      // The page's end would come back for ever; from here on there is nothing to come back to.
      vi.stubGlobal('WebSocket', function nothing() {
        return {};
      });
      for (const each of server.clients) each.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function openIpc(): Promise<Pair> {
  const ipcMain = new EventEmitter();
  const ipcRenderer = new EventEmitter();
  const webContents = Object.assign(new EventEmitter(), {
    mainFrame: { origin: 'app://offbeat' },
    isDestroyed: () => false,
    send: (channel: string, message: unknown) => later(ipcRenderer, channel, {}, message),
  });
  const window = Object.assign(new EventEmitter(), { webContents });
  const sendToMain = (channel: string, message: unknown): void => {
    const { mainFrame: senderFrame } = webContents;
    later(ipcMain, channel, { sender: webContents, senderFrame }, message);
  };
  let exposed: Transport | null = null;
  vi.resetModules();
  vi.doMock('electron', () => ({
    ipcMain,
    ipcRenderer: Object.assign(ipcRenderer, { send: sendToMain }),
    contextBridge: {
      exposeInMainWorld: (_key: string, transport: Transport) => (exposed = transport),
    },
  }));
  const { acceptPages } = await import('../../electron/main/ipc.ts');
  const engines: Transport[] = [];
  acceptPages(window as unknown as Parameters<typeof acceptPages>[0], (transport) => {
    engines.push(transport);
    return () => undefined;
  });
  webContents.emit('did-navigate');
  await import('../../electron/preload/index.ts');
  const transport = exposed! as Transport;
  const client = createClient<Probe, ProbeEvents>(transport);
  await immediately();
  return {
    client,
    engine: engines[0],
    sendToEngine: (message) => transport.send(message),
    // The engine lives in the process that owns the window: when it ends, so does the page.
    cut: () => {
      window.emit('closed');
      client.close('The window is closed.');
    },
    close: () => void window.emit('closed'),
  };
}

/** As between processes: a copy, a moment later. */
function later(to: EventEmitter, channel: string, event: object, message: unknown): void {
  const copy = structuredClone(message);
  setImmediate(() => to.emit(channel, event, copy));
}
