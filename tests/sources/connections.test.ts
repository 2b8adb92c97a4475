/** Connections that are refused, fall silent or are held open by nobody. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { backOffMs } from '../../electron/engine/sources/reconnecting.ts';
import { SOURCE_LIMITS } from '../../electron/engine/sources/source-limits.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { freePort } from './brokers.ts';
import { QUICK, SourceReader } from './reader.ts';
import { listening } from './sockets.ts';

describe('connecting', () => {
  it('waits for a device that is not there yet, and says so', async () => {
    const port = await freePort();
    const reader = new SourceReader({ kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 });
    await reader.until(() => reader.states.filter(({ status }) => status === 'waiting').length > 2);
    expect(reader.states.at(-1)!.detail).toMatch(/ECONNREFUSED.*is tried again in/);
    const server = createServer((socket) => socket.end('1 2\n')).listen(port, '127.0.0.1');
    await reader.until(() => reader.rows.length > 0);
    await reader.stop();
    server.close();
  });

  it('doubles its waits up to a longest one, half of it random', () => {
    const random = createRandom(5);
    for (let failures = 0; failures < 40; failures++) {
      const longest = Math.min(30_000, 500 * 2 ** failures);
      const wait = backOffMs(failures, SOURCE_LIMITS, random.uniform);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
  });

  it('a port that others hold is waited for', async () => {
    const taken = createServer();
    const port = await listening(taken);
    const reader = new SourceReader({ kind: 'tcp-listen', host: '127.0.0.1', port });
    await reader.until(() => reader.states.at(-1)!.status === 'waiting');
    expect(reader.states.at(-1)!.detail).toContain('EADDRINUSE');
    taken.close();
    await reader.isOpen();
    await reader.stop();
  });
});

describe('half-open connections', () => {
  it('a TCP device that falls silent is connected to again', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.write(`${sockets.length} 0\n`);
    });
    const port = await listening(server);
    const reader = new SourceReader({ kind: 'tcp', host: '127.0.0.1', port, idleMs: 60 });
    await reader.until(() => reader.rows.length >= 3);
    // One greeting of each connection; one may be late, and its connection given up.
    expect(reader.firsts()).toEqual(reader.firsts().toSorted((a, b) => a - b));
    expect(reader.reconnects).toBeGreaterThanOrEqual(2);
    const reasons = reader.states.filter(({ status }) => status === 'waiting');
    expect(reasons[0]!.detail).toContain('Nothing came for 0.06 s');
    await reader.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('a row that a reset cut is no row, and the next connection begins anew', async () => {
    let calls = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const half = `${++calls} 5\n${calls}00`;
      socket.write(half, () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
    const port = await listening(server);
    const reader = new SourceReader(
      { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
      { decoder: { kind: 'numbers', names: ['a', 'b'], time: null } },
    );
    await reader.until(() => reader.rows.length >= 3 && reader.bad.length >= 3);
    await reader.stop();
    expect(reader.rows.every(({ values }) => values[1] === 5)).toBe(true);
    // Each cut row is told of, and none runs on into the next connection.
    expect(reader.bad.every((text) => /^\d+00$/.test(text))).toBe(true);
    server.close();
  });

  it('a WebSocket server that no longer answers is connected to again', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong: false });
    let calls = 0;
    server.on('connection', (socket) => socket.send(`${++calls} 0\n`));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const reader = new SourceReader(
      { kind: 'websocket', url: `ws://127.0.0.1:${port}/`, token: '' },
      { limits: { ...QUICK, keepAliveMs: 40 } },
    );
    await reader.until(() => reader.rows.length >= 3);
    expect(reader.reconnects).toBeGreaterThanOrEqual(2);
    await reader.stop();
    for (const one of server.clients) one.terminate();
    server.close();
  });

  it('a WebSocket server is shown the token', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    const shown = once(server, 'connection');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `ws://127.0.0.1:${port}/`;
    const reader = new SourceReader({ kind: 'websocket', url, token: 'let me in' });
    const [, request] = await shown;
    expect(request.headers.authorization).toBe('Bearer let me in');
    await reader.stop();
    server.close();
  });
});
