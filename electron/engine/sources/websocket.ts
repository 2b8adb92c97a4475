/** A WebSocket server that sends messages. While nobody reads, nothing is read from it. */
import { WebSocket, type RawData } from 'ws';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createPieceQueue } from './piece-queue.ts';
import { messagePiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type WebSocketConfig = Extract<SourceConfig, { kind: 'websocket' }>;

export function createWebSocketSource(
  { url, token }: WebSocketConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const session: Session = async function* (signal, opened) {
    const queue = createPieceQueue(host, limits);
    const socket = new WebSocket(url, {
      maxPayload: limits.messageBytes,
      handshakeTimeout: limits.connectMs,
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    const abort = (): void => queue.close();
    signal.addEventListener('abort', abort);
    socket.on('open', opened);
    socket.on('error', (error) => queue.close(error));
    socket.on('close', (code) => queue.close(new Error(`It closed the connection (${code})`)));
    let last = Promise.resolve();
    socket.on('message', (data) => {
      const piece = messagePiece(bytesOf(data), '');
      socket.pause();
      const mine = (last = last.then(() => queue.put(piece)));
      void mine.then(() => {
        if (mine === last) socket.resume();
      });
    });
    const stopAsking = askWhetherThere(socket, limits.keepAliveMs);
    try {
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', abort);
      stopAsking();
      socket.terminate();
    }
  };
  return { read: (signal) => reconnecting(url, session, signal, host, limits) };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** A ping that is not answered until the next one is due ends the connection. */
function askWhetherThere(socket: WebSocket, everyMs: number): () => void {
  let heard = true;
  for (const sign of ['message', 'pong', 'ping'] as const) socket.on(sign, () => (heard = true));
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return;
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}
