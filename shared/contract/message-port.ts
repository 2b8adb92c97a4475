/** A MessagePort, a Worker or a parentPort as a Transport: structured clone carries the message. */
import type { Transport } from './transport.ts';

/** What Node's worker threads and ports have in common. */
export interface PortLike {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

export interface PortOptions {
  /** Buffers of an outgoing message that move instead of being copied; the sender loses them. */
  readonly transfer?: (message: unknown) => readonly ArrayBuffer[];
}

export function portTransport(port: PortLike, options: PortOptions = {}): Transport {
  return {
    send: (message) => port.postMessage(message, options.transfer?.(message) ?? []),
    onMessage: (listener) => void port.on('message', listener),
  };
}
