/** A TCP connection to a device. While nobody reads, nothing is read, and the device waits. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { streamPiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type TcpConfig = Extract<SourceConfig, { kind: 'tcp' }>;

export function createTcpSource(config: TcpConfig, host: SourceHost, limits: SourceLimits): Source {
  const what = `tcp://${config.host}:${config.port}`;
  const session: Session = async function* (signal, opened) {
    const socket = connect({ host: config.host, port: config.port });
    try {
      await connected(socket, signal, limits.connectMs);
      opened();
      // Finds connections of which the other side is gone without a word.
      socket.setKeepAlive(true, limits.keepAliveMs);
      socket.setTimeout(config.idleMs, () => {
        socket.destroy(new Error(`Nothing came for ${config.idleMs / 1000} s`));
      });
      for await (const bytes of socket) yield streamPiece(bytes as Uint8Array, '');
    } finally {
      socket.destroy();
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

/** Resolves once it stands; destroys it when that takes too long, and when the signal aborts. */
async function connected(socket: Socket, signal: AbortSignal, limitMs: number): Promise<void> {
  const abort = (): void => void socket.destroy(new Error('Stopped'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  socket.once('close', () => signal.removeEventListener('abort', abort));
  socket.setTimeout(limitMs, () => {
    socket.destroy(new Error(`No connection within ${limitMs / 1000} s`));
  });
  await once(socket, 'connect');
  socket.removeAllListeners('timeout');
}
