/** A WebSocket that comes back: messages wait while it is away, calls on the way are told. */
import { createClient } from '../../../shared/contract/client.ts';
import { decodeFrame, encodeFrame, type TextCodec } from '../../../shared/contract/codec.ts';
import type { ApiClient, Connection, ConnectionState } from './connect.ts';

const RETRY_MS = 500;
const RETRY_MS_MAX = 10_000;
const WAITING_MAX = 1000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const utf8: TextCodec = {
  encode: (text) => encoder.encode(text),
  decode: (bytes) => decoder.decode(bytes),
};

function decoded(data: ArrayBuffer): { readonly value: unknown } | null {
  try {
    return { value: decodeFrame(new Uint8Array(data), utf8) };
  } catch {
    return null;
  }
}

export function openSocket(url: string): Connection {
  let socket: WebSocket;
  let state: ConnectionState = 'connecting';
  let attempts = 0;
  let listen: (message: unknown) => void = () => undefined;
  const stateListeners: ((state: ConnectionState) => void)[] = [];
  const waiting: unknown[] = [];
  const client: ApiClient = createClient({
    send: (message) => {
      if (state === 'open') socket.send(encodeFrame(message, utf8) as Uint8Array<ArrayBuffer>);
      else if (waiting.length < WAITING_MAX) waiting.push(message);
    },
    onMessage: (listener) => (listen = listener),
  });
  const change = (next: ConnectionState): void => {
    state = next;
    for (const listener of stateListeners) listener(next);
  };
  const open = (): void => {
    socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      attempts = 0;
      change('open');
      for (const message of waiting.splice(0)) {
        socket.send(encodeFrame(message, utf8) as Uint8Array<ArrayBuffer>);
      }
    };
    socket.onmessage = ({ data }) => {
      const message = decoded(data as ArrayBuffer);
      // An engine that cannot be understood is left and asked anew.
      if (message === null) socket.close();
      else listen(message.value);
    };
    socket.onclose = () => {
      client.reject('The connection to the engine was lost.');
      change('closed');
      const backOff = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempts++);
      setTimeout(open, backOff * (0.5 + Math.random() / 2));
    };
  };
  open();
  return {
    client,
    get state() {
      return state;
    },
    onState: (listener) => void stateListeners.push(listener),
  };
}
