/** A live source for the specs: a socket that sends a row every now and then. */
import { once } from 'node:events';
import type { DecoderConfig } from '../../../shared/domain/feed.ts';
import type { NewFeed } from '../../../shared/domain/feed-state.ts';
import { createServer, type AddressInfo, type Socket } from 'node:net';

const PERIOD_MS = 20;

/** Rows carry no time of their own: it is when they come. */
const DECODER: DecoderConfig = {
  ...{ kind: 'delimited', delimiter: ',', quote: '"', decimal: '.', header: false },
  ...{ names: ['force', 'heat'], columns: null, time: null },
};

/** As a feed of the engine. */
export const feedFrom = (port: number): NewFeed => ({
  name: 'Press',
  source: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
  decoder: DECODER,
});

export interface Sender {
  readonly port: number;
  close(): void;
}

export async function startSender(): Promise<Sender> {
  const sockets = new Set<Socket>();
  let row = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const timer = setInterval(() => {
    const line = `${(row++ % 50) / 10},${20 + Math.sin(row / 9)}\n`;
    for (const socket of sockets) socket.write(line);
  }, PERIOD_MS);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
