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
    if (!isForClient(message)) return;
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.event) ?? []) {
        (listener as (payload: unknown) => void)(message.payload);
      }
      return;
    }
    const call = waiting.get(message.id);
    if (!call) return;
    waiting.delete(message.id);
    if (message.kind === 'answer') call.resolve(message.value);
    else call.reject(new Failure(message.code, message.message));
  });

  return {
    call: (method, ...args) => {
      if (closed) return Promise.reject(closed);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        try {
          transport.send({ kind: 'call', id, method, args });
        } catch (error) {
          // What cannot be sent will have no answer.
          waiting.delete(id);
          reject(error as Error);
        }
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

/** What is neither an answer nor an event is no business of the client. */
function isForClient(message: unknown): message is AnswerMessage | EventMessage {
  const kind = (message as { kind?: unknown } | null | undefined)?.kind;
  return kind === 'answer' || kind === 'failure' || kind === 'event';
}
