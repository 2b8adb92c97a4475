/** A device of the benches: over TCP, rows as old as they are, whoever is connected. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { SourceConfig } from '../../../shared/domain/feed.ts';

const SEND_EVERY_MS = 20;

export interface BenchDevice {
  readonly source: SourceConfig;
  /** Rows so far, and the time of the newest, ms. */
  readonly sent: number;
  readonly sentTo: number;
  /** Sends no more. */
  stop(): void;
  close(): Server;
}

/** Rows `stepMs` apart; `lineOf` has a time in ms and ends its line. */
export async function openBenchDevice(
  stepMs: number,
  lineOf: (t: number) => string,
): Promise<BenchDevice> {
  let sent = 0;
  let sentTo = 0;
  let isStopped = false;
  const server = createServer((socket) => {
    let next = Math.ceil(Date.now() / stepMs) * stepMs;
    socket.on('error', () => socket.destroy());
    const timer = setInterval(() => {
      if (isStopped) return;
      const now = Date.now();
      let text = '';
      for (; next <= now; next += stepMs, sent++) {
        sentTo = Math.round(next);
        text += lineOf(sentTo);
      }
      if (text && socket.writable) socket.write(text);
    }, SEND_EVERY_MS);
    socket.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    source: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
    get sent() {
      return sent;
    },
    get sentTo() {
      return sentTo;
    },
    stop: () => {
      isStopped = true;
    },
    close: () => server.close(),
  };
}
