/**
 * What runs in a page before its own scripts: the preload as CommonJS with 'electron' as all it can
 * require, and a socket for its messages. Functions of the bridge cross as proxies, values as
 * copies, and nothing else is left in the page.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const CODEC = join(import.meta.dirname, '../../../shared/contract/codec.ts');
export const IPC_PATH = '/stand-in-ipc';

export function pageShim(preload: string, origin: string, windowId: string): string {
  const codec = stripTypeScriptTypes(readFileSync(CODEC, 'utf8')).replaceAll(/^export /gm, '');
  const values = JSON.stringify({ origin, ipc: `${origin.replace('http', 'ws')}${IPC_PATH}` });
  return `(() => {
    const { origin, ipc } = ${values};
    if (window.top !== window || location.origin !== origin) return;
    const { encodeFrame, decodeFrame } = (() => { ${codec}
      return { encodeFrame, decodeFrame };
    })();
    (${wire.toString()})({
      url: ipc + '?window=${windowId}', encodeFrame, decodeFrame,
      run: (require, exports, module) => { ${readFileSync(preload, 'utf8')}
      },
    });
  })();`;
}

interface Wire {
  readonly url: string;
  encodeFrame(message: unknown, text: object): Uint8Array<ArrayBuffer>;
  decodeFrame(bytes: Uint8Array, text: object): unknown;
  run(require: (name: string) => unknown, exports: object, module: object): void;
}

/** Runs in the page: it may use nothing from around it. */
function wire({ url, encodeFrame, decodeFrame, run }: Wire): void {
  const text = {
    encode: (value: string) => new TextEncoder().encode(value),
    decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
  };
  const listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => waiting.splice(0).forEach((frame) => socket.send(frame));
  socket.onmessage = ({ data }) => {
    const [channel, message] = decodeFrame(new Uint8Array(data as ArrayBuffer), text) as [
      string,
      unknown,
    ];
    for (const listener of listeners.get(channel) ?? []) listener({ sender: 'main' }, message);
  };
  const ipcRenderer = {
    on: (channel: string, listener: (...args: unknown[]) => void) =>
      void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    send: (channel: string, message: unknown) => {
      const frame = encodeFrame([channel, message], text);
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
      else waiting.push(frame);
    },
  };
  const bridged = (value: unknown): unknown => {
    if (typeof value === 'function') {
      return (...args: unknown[]) => bridged((value as (...a: unknown[]) => unknown)(...args));
    }
    const plain = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
    if (!plain || !Object.values(value).some((item) => typeof item === 'function')) {
      return value === undefined ? value : structuredClone(value);
    }
    return Object.freeze(
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bridged(item)])),
    );
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) =>
      Object.defineProperty(window, key, { value: bridged(api), enumerable: true }),
  };
  const require = (name: string): unknown => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
  // A window that is opened and closed at once may leave its opener waiting for ever.
  window.open = (address) => {
    ipcRenderer.send('stand-in-open', new URL(String(address), location.href).href);
    return null;
  };
  run(require, {}, { exports: {} });
}
