/** UDP datagrams, each a message; nobody can wait, so the oldest are dropped and counted. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createPieceQueue } from './piece-queue.ts';
import { messagePiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type UdpConfig = Extract<SourceConfig, { kind: 'udp' }>;

export function createUdpSource(config: UdpConfig, host: SourceHost, limits: SourceLimits): Source {
  const what = `udp://${config.host}:${config.port}`;
  const session: Session = async function* (signal, opened) {
    const queue = createPieceQueue(host, limits);
    const socket = createSocket(isIPv6(config.host) ? 'udp6' : 'udp4');
    const abort = (): void => queue.close();
    signal.addEventListener('abort', abort);
    try {
      socket.on('message', (bytes, { address }) => queue.offer(messagePiece(bytes, address)));
      socket.bind(config.port, config.host);
      await once(socket, 'listening');
      socket.on('error', (error) => queue.close(error));
      opened();
      host.status('open', `udp://${config.host}:${socket.address().port}`);
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', abort);
      socket.close();
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}
