/** The calling end of a contract: every method as a promise, every event as a subscription. */
import { Failure } from './failure.ts';
import type { Transport } from './transport.ts';
import type { AnswerMessage, EventMessage, Methods } from './wire.ts';

export interface Client<A extends Methods<A>, E = Record<never, never>> {
  call<K extends keyof A & string>(
    method: K,
    ...args: Parameters<A[K]>
  ): Promise<Awaited<ReturnType<A[K]>>>;
  /** Answers how to stop listening. */
  on<K extends keyof E & string>(event: K, listener: (payload: E[K]) => void): () => void;
  /** Rejects what still waits for an answer with Failure `lost`. */
  reject(reason: string): void;
  /** The same, for good: later calls are rejected at once. */
  close(reason: string): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function createClient<A extends Methods<A>, E = Record<never, never>>(
  transport: Transport,
): Client<A, E> {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let nextId = 1;
  let closed: Failure | null = null;

  const reject = (reason: string): void => {
    const calls = [...waiting.values()];
    waiting.clear();
    for (const call of calls) call.reject(new Failure('lost', reason));
  };

  transport.onMessage((message) => {
    const received = message as AnswerMessage | EventMessage;
    if (received.kind === 'event') {
      for (const listener of listeners.get(received.event) ?? []) {
        (listener as (payload: unknown) => void)(received.payload);
      }
      return;
    }
    const call = waiting.get(received.id);
    if (!call) return;
    waiting.delete(received.id);
    if (received.kind === 'answer') call.resolve(received.value);
    else call.reject(new Failure(received.code, received.message));
  });

  return {
    call: (method, ...args) => {
      if (closed) return Promise.reject(closed);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        transport.send({ kind: 'call', id, method, args });
      });
    },
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener as (payload: never) => void);
      return () => set.delete(listener as (payload: never) => void);
    },
    reject,
    close: (reason) => {
      closed = new Failure('lost', reason);
      reject(reason);
    },
  };
}
