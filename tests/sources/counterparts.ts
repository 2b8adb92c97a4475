/** What the sources talk to: real sockets, files, brokers and devices, one of each kind. */
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceConfig } from '../../shared/domain/feed.ts';
import type { SourceReader } from './reader.ts';

export interface Counterpart {
  readonly config: SourceConfig;
  /** Called once the source is open, or for the first time reads. */
  attach(reader: SourceReader): Promise<void>;
  /** Resolves once the text is on its way. */
  send(text: string): Promise<void>;
  /** The other side goes away without a good-bye and comes back. */
  breakOff(reader: SourceReader): Promise<void>;
  close(): Promise<void>;
}

export interface CounterpartKind {
  readonly name: string;
  /** What happens to what a slow reader does not take. */
  readonly slow: 'waits' | 'drops';
  make(): Promise<Counterpart>;
}

export const COUNTERPARTS: readonly CounterpartKind[] = [
  { name: 'tcp', slow: 'waits', make: tcpDevice },
  { name: 'tcp-listen', slow: 'waits', make: tcpCaller },
  { name: 'file', slow: 'waits', make: growingFile },
];

async function tcpDevice(): Promise<Counterpart> {
  let socket: Socket | null = null;
  const server = createServer((one) => {
    socket = one.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    config: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
    attach: async (reader) => {
      await reader.isOpen();
      while (!socket) await once(server, 'connection');
    },
    send: (text) => write(socket!, text),
    breakOff: async () => {
      const back = once(server, 'connection');
      socket!.resetAndDestroy();
      await back;
    },
    close: () => closed(server, socket),
  };
}

async function tcpCaller(): Promise<Counterpart> {
  let socket: Socket | null = null;
  const call = async (reader: SourceReader): Promise<void> => {
    const address = /:(\d+),/.exec(reader.states.at(-1)!.detail)!;
    const one = connect(Number(address[1]), '127.0.0.1').on('error', () => undefined);
    await once(one, 'connect');
    socket = one;
  };
  return {
    config: { kind: 'tcp-listen', host: '127.0.0.1', port: 0 },
    attach: async (reader) => {
      await reader.isOpen();
      await call(reader);
    },
    send: (text) => write(socket!, text),
    breakOff: async (reader) => {
      const ends = reader.pieces.filter(({ complete }) => complete).length;
      socket!.resetAndDestroy();
      await reader.until(() => reader.pieces.filter(({ complete }) => complete).length > ends);
      await call(reader);
    },
    close: async () => void socket?.destroy(),
  };
}

async function growingFile(): Promise<Counterpart> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-follow-'));
  const path = join(folder, 'machine.csv');
  writeFileSync(path, '');
  return {
    config: { kind: 'file', path, from: 'start' },
    attach: (reader) => reader.isOpen(),
    send: async (text) => appendFileSync(path, text),
    breakOff: async (reader) => {
      renameSync(path, `${path}.1`);
      await reader.until(() => reader.states.at(-1)!.status === 'waiting');
      writeFileSync(path, '');
      await reader.isOpen();
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}

async function write(socket: Socket, text: string): Promise<void> {
  if (!socket.write(text)) await once(socket, 'drain');
}

async function closed(server: Server, socket: Socket | null): Promise<void> {
  socket?.destroy();
  server.close();
  await once(server, 'close');
}
