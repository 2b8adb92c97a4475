/** The answering end of a contract: checks at the door, trusts inside. */
import { Failure } from './failure.ts';
import type { Transport } from './transport.ts';
import type { CallMessage, Handlers, Methods } from './wire.ts';
export type { Handlers } from './wire.ts';

/** Answers the arguments as checked, or throws Failure bad-usage naming what was expected. */
export type Check = (args: readonly unknown[]) => readonly unknown[];

export interface Server<E> {
  emit<K extends keyof E & string>(event: K, payload: E[K]): void;
}

/** `checks` may be left out only on a port between two parts of the engine itself. */
export function createServer<A extends Methods<A>, E = Record<never, never>>(
  transport: Transport,
  handlers: Handlers<A>,
  checks?: Record<keyof A, Check>,
): Server<E> {
  transport.onMessage((message) => {
    if (!isCall(message)) return;
    void answer(message).then((reply) => {
      try {
        transport.send(reply);
      } catch (error) {
        // An answer that the wire cannot carry still ends the call.
        transport.send({ kind: 'failure', id: message.id, ...describe(error) });
      }
    });
  });

  async function answer({ id, method, args }: CallMessage): Promise<unknown> {
    try {
      if (!Object.hasOwn(handlers, method)) {
        throw new Failure('bad-usage', `There is no method "${method}".`);
      }
      const name = method as keyof A;
      const checked = checks ? checks[name](args) : args;
      const handler = handlers[name] as (...args: readonly unknown[]) => unknown;
      return { kind: 'answer', id, value: await handler(...checked) };
    } catch (error) {
      return { kind: 'failure', id, ...describe(error) };
    }
  }

  return { emit: (event, payload) => transport.send({ kind: 'event', event, payload }) };
}

function isCall(message: unknown): message is CallMessage {
  const call = message as CallMessage | null;
  return (
    typeof call === 'object' &&
    call !== null &&
    call.kind === 'call' &&
    typeof call.id === 'number' &&
    typeof call.method === 'string' &&
    Array.isArray(call.args)
  );
}

/** What is unexpected is told without its stack. */
function describe(error: unknown): { code: Failure['code']; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
