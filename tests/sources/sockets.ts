/** TCP, UDP, HTTP and WebSocket devices. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Counterpart, CounterpartKind } from './counterparts.ts';
import type { SourceReader } from './reader.ts';

export const TOKEN = 'a-secret-of-the-tests';

export const SOCKETS: readonly CounterpartKind[] = [
  { name: 'tcp', slow: 'waits', make: tcpDevice },
  { name: 'tcp-listen', slow: 'waits', make: tcpCaller },
  { name: 'udp', slow: 'drops', make: udpSender },
  { name: 'http-listen', slow: 'waits', make: httpPusher },
  { name: 'websocket', slow: 'waits', make: webSocketServer },
];

/** The port in the last state, such as "udp://127.0.0.1:4711". */
export function portOf(reader: SourceReader): number {
  return Number(/:(\d+)(?:,|$)/.exec(reader.states.at(-1)!.detail)![1]);
}

async function tcpDevice(): Promise<Counterpart> {
  let socket: Socket | null = null;
  const server = createServer((one) => {
    socket = one.on('error', () => undefined);
  });
  const port = await listening(server);
  return {
    config: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
    attach: async (reader) => {
      await reader.isOpen();
      while (!socket) await once(server, 'connection');
    },
    send: (text) => written(socket!, text),
    breakOff: async () => {
      const back = once(server, 'connection');
      socket!.resetAndDestroy();
      await back;
    },
    close: async () => {
      socket?.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function tcpCaller(): Promise<Counterpart> {
  let socket: Socket | null = null;
  const call = async (reader: SourceReader): Promise<void> => {
    const one = connect(portOf(reader), '127.0.0.1').on('error', () => undefined);
    await once(one, 'connect');
    socket = one;
  };
  const ends = (reader: SourceReader): number =>
    reader.pieces.filter(({ complete }) => complete).length;
  return {
    config: { kind: 'tcp-listen', host: '127.0.0.1', port: 0 },
    attach: async (reader) => {
      await reader.isOpen();
      await call(reader);
    },
    send: (text) => written(socket!, text),
    breakOff: async (reader) => {
      const before = ends(reader);
      socket!.resetAndDestroy();
      await reader.until(() => ends(reader) > before);
      await call(reader);
    },
    close: async () => void socket?.destroy(),
  };
}

async function udpSender(): Promise<Counterpart> {
  let socket = createSocket('udp4');
  let port = 0;
  return {
    config: { kind: 'udp', host: '127.0.0.1', port: 0 },
    attach: async (reader) => {
      await reader.isOpen();
      port = portOf(reader);
    },
    send: (text) =>
      new Promise((resolve, reject) => {
        socket.send(text, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
      }),
    breakOff: async () => {
      socket.close();
      socket = createSocket('udp4');
    },
    close: async () => void socket.close(),
  };
}

async function httpPusher(): Promise<Counterpart> {
  let port = 0;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  return {
    config: { kind: 'http-listen', host: '127.0.0.1', port: 0, token: TOKEN },
    attach: async (reader) => {
      await reader.isOpen();
      port = portOf(reader);
    },
    send: async (body) => {
      const { status } = await fetch(`http://127.0.0.1:${port}/pump`, {
        method: 'POST',
        headers,
        body,
      });
      if (status !== 204) throw new Error(`Pushed, and was answered ${status}`);
    },
    breakOff: async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const lines = ['POST / HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${TOKEN}`];
      await written(socket, `${lines.join('\r\n')}\r\nContent-Length: 99\r\n\r\n1 2\n3`);
      socket.resetAndDestroy();
    },
    close: async () => undefined,
  };
}

async function webSocketServer(): Promise<Counterpart> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let socket: WebSocket | null = null;
  server.on('connection', (one) => (socket = one.on('error', () => undefined)));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    config: { kind: 'websocket', url: `ws://127.0.0.1:${port}/`, token: '' },
    attach: async (reader) => {
      await reader.isOpen();
      while (!socket) await once(server, 'connection');
    },
    send: (text) =>
      new Promise((resolve, reject) => {
        socket!.send(text, (error) => (error ? reject(error) : resolve()));
      }),
    breakOff: async () => {
      const back = once(server, 'connection');
      socket!.terminate();
      await back;
    },
    close: async () => {
      for (const one of server.clients) one.terminate();
      server.close();
    },
  };
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function written(socket: Socket, text: string): Promise<void> {
  if (!socket.write(text)) await once(socket, 'drain');
}
