/** The wire to the engine: the preload's in Electron, else a WebSocket that comes back. */
import { decodeFrame, encodeFrame, type TextCodec } from '../../shared/contract/codec.ts';
import type { ComputeApi } from '../../shared/contract/compute-api.ts';
import { createServer, type Handlers } from '../../shared/contract/server.ts';
import type { Transport } from '../../shared/contract/transport.ts';

const RETRY_MS = 500;
const RETRY_MS_MAX = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const utf8: TextCodec = {
  encode: (text) => encoder.encode(text),
  decode: (bytes) => decoder.decode(bytes),
};

export function serveTransport(handlers: Handlers<ComputeApi>): void {
  const { offbeat } = window as { readonly offbeat?: Transport };
  if (offbeat) createServer<ComputeApi>(offbeat, handlers);
  else keepSocket(handlers);
}

/** Each connection is a page of its own to the engine, which opens its trainings again on it. */
function keepSocket(handlers: Handlers<ComputeApi>): void {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${location.host}/compute`;
  let attempts = 0;
  const open = (): void => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      attempts = 0;
      createServer<ComputeApi>(socketTransport(socket), handlers);
    };
    socket.onclose = () => {
      const backOff = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempts++);
      setTimeout(open, backOff * (0.5 + Math.random() / 2));
    };
  };
  open();
}

function socketTransport(socket: WebSocket): Transport {
  return {
    send: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(encodeFrame(message, utf8) as Uint8Array<ArrayBuffer>);
    },
    onMessage: (listener) => {
      socket.onmessage = ({ data }) => {
        try {
          listener(decodeFrame(new Uint8Array(data as ArrayBuffer), utf8));
        } catch {
          // An engine that cannot be understood is left and asked anew.
          socket.close();
        }
      };
    },
  };
}
