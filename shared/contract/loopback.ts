/** Two ends of a wire within one thread: what one sends the other hears, a moment later. */
import type { Transport } from './transport.ts';

export function loopback(): readonly [Transport, Transport] {
  const [a, b] = [end(), end()];
  return [transportOf(a, b), transportOf(b, a)];
}

interface End {
  listen: (message: unknown) => void;
}

const end = (): End => ({ listen: () => undefined });

function transportOf(mine: End, other: End): Transport {
  return {
    send: (message) => void Promise.resolve().then(() => other.listen(message)),
    onMessage: (listener) => void (mine.listen = listener),
  };
}
