/** One transport as two: calls whose method begins with a prefix, and everything else. */
import type { Transport } from './transport.ts';
import type { CallMessage } from './wire.ts';

export const SHELL_PREFIX = 'shell.';

export interface Split {
  readonly matching: Transport;
  readonly rest: Transport;
}

export function splitTransport(transport: Transport, prefix = SHELL_PREFIX): Split {
  let matching: (message: unknown) => void = () => undefined;
  let rest: (message: unknown) => void = () => undefined;
  transport.onMessage((message) => {
    const { method } = (message ?? {}) as Partial<CallMessage>;
    const matches = typeof method === 'string' && method.startsWith(prefix);
    (matches ? matching : rest)(message);
  });
  const send = (message: unknown): void => transport.send(message);
  return {
    matching: { send, onMessage: (listener) => void (matching = listener) },
    rest: { send, onMessage: (listener) => void (rest = listener) },
  };
}
