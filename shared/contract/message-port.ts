/** A worker thread's port as a Transport: structured clone carries the message, columns move. */
import type { Transport } from './transport.ts';

/** What Node's Worker, parentPort and MessagePort have in common. */
export interface PortLike {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Smaller columns are copied: moving costs the same for any size, about 2 µs each. */
const MOVED_BYTES_MIN = 1024;

/** Whole Float64Array columns may be moved, not copied: who sends them must not use them again. */
export function portTransport(port: PortLike): Transport {
  return {
    send: (message) => port.postMessage(message, [...wholeColumns(message)]),
    onMessage: (listener) => void port.on('message', listener),
  };
}

/** Buffers that belong to one Float64Array in the message alone. */
function wholeColumns(message: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (message instanceof Float64Array) {
    const { buffer, byteLength } = message;
    const whole = byteLength >= MOVED_BYTES_MIN && byteLength === buffer.byteLength;
    if (whole && buffer instanceof ArrayBuffer) found.add(buffer);
  } else if (typeof message === 'object' && message !== null && !ArrayBuffer.isView(message)) {
    for (const part of Object.values(message)) wholeColumns(part, found);
  }
  return found;
}
