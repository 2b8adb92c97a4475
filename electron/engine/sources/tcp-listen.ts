/** A TCP port that devices connect to; each connection is an origin of its own. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createPieceQueue, type PieceQueue } from './piece-queue.ts';
import { streamEnd, streamPiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type TcpListenConfig = Extract<SourceConfig, { kind: 'tcp-listen' }>;

export function createTcpListenSource(
  config: TcpListenConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const what = `tcp-listen://${config.host}:${config.port}`;
  const session: Session = async function* (signal, opened) {
    const queue = createPieceQueue(host, limits);
    const sockets = new Map<number, Socket>();
    const told = (): void => {
      const { port } = server.address() as AddressInfo;
      const count = sockets.size === 1 ? '1 connection' : `${sockets.size} connections`;
      host.status('open', `tcp-listen://${config.host}:${port}, ${count}`);
    };
    const server = createServer((socket) => {
      const seat = freeSeat(sockets);
      sockets.set(seat, socket);
      socket.setKeepAlive(true, limits.keepAliveMs);
      told();
      void forward(socket, `connection ${seat}`, queue).then(() => {
        sockets.delete(seat);
        if (server.listening) told();
      });
    });
    server.maxConnections = limits.connectionsMax;
    const close = (): void => {
      server.close();
      for (const socket of sockets.values()) socket.destroy();
      queue.close();
    };
    signal.addEventListener('abort', close);
    try {
      server.listen(config.port, config.host);
      await once(server, 'listening');
      server.on('error', (error) => queue.close(error));
      opened();
      told();
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

/** The smallest number that no connection has, so that origins stay few. */
function freeSeat(sockets: ReadonlyMap<number, Socket>): number {
  let seat = 1;
  while (sockets.has(seat)) seat++;
  return seat;
}

/** Reads on only once the queue has taken what was read. */
async function forward(socket: Socket, origin: string, queue: PieceQueue): Promise<void> {
  try {
    for await (const bytes of socket) await queue.put(streamPiece(bytes as Uint8Array, origin));
  } catch {
    // Reset by the other side: what came before it was read.
  }
  await queue.put(streamEnd(origin));
}
