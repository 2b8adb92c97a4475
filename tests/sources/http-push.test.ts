/** The door of the HTTP port: whom it refuses, how long it waits, when it says it has stored. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSource } from '../../electron/engine/sources/create-source.ts';
import type { SourceConfig } from '../../shared/domain/feed.ts';
import { parseFeedUrl } from '../../shared/domain/feed-url.ts';
import { QUICK, SourceReader } from './reader.ts';
import { portOf, TOKEN } from './sockets.ts';

const CONFIG: SourceConfig = { kind: 'http-listen', host: '127.0.0.1', port: 0, token: TOKEN };
const LIMITS = {
  ...QUICK,
  httpBodyBytes: 1000,
  // Long enough for a push on a busy machine.
  httpHeadersMs: 1000,
  httpRequestMs: 2000,
};

let reader: SourceReader;
let port: number;
const start = async (options = {}): Promise<void> => {
  reader = new SourceReader(CONFIG, { limits: LIMITS, ...options });
  await reader.isOpen();
  port = portOf(reader);
};
afterEach(() => reader.stop());

interface Push {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Not fetch, which writes Host and Origin itself. */
async function push({ method = 'POST', path = '/', headers = {}, body = '1 2\n' }: Push = {}) {
  const sent = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { Authorization: `Bearer ${TOKEN}`, ...headers },
  });
  sent.on('error', () => undefined);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, headers: response.headers, text };
}

describe('who may push', () => {
  beforeEach(() => start());

  it.each<[string, Push, number]>([
    ['no token', { headers: { Authorization: '' } }, 401],
    ['another token', { headers: { Authorization: `Bearer ${TOKEN}x` } }, 401],
    ['the token of another scheme', { headers: { Authorization: TOKEN } }, 401],
    ['the token in the address', { path: `/?token=${TOKEN}`, headers: { Authorization: '' } }, 401],
    ['another Host', { headers: { Host: 'evil.example' } }, 403],
    ['a Host that only begins right', { headers: { Host: '127.0.0.1.evil.example' } }, 403],
    ['another Origin', { headers: { Origin: 'https://evil.example' } }, 403],
    ['an Origin without a name', { headers: { Origin: 'null' } }, 403],
    ['reading', { method: 'GET', body: '' }, 405],
    ['a long body', { body: '1 2\n'.repeat(251) }, 413],
    [
      'a long body of unknown length',
      { headers: { 'Transfer-Encoding': 'chunked' }, body: '1 2\n'.repeat(251) },
      413,
    ],
  ])('not with %s', async (_, sent, expected) => {
    const { status, text } = await push(sent);
    expect(status).toBe(expected);
    expect(text).not.toBe('');
    expect(reader.rows).toEqual([]);
    // And the port is still there for others.
    expect((await push()).status).toBe(204);
    expect(reader.rows).toHaveLength(1);
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])('with the Host %s', async (name) => {
    expect((await push({ headers: { Host: `${name}:${port}` } })).status).toBe(204);
  });

  it('with a path that says what it is about', async () => {
    await push({ path: '/hall%201/pump', body: '21.5' });
    expect(reader.rows).toMatchObject([{ names: ['hall 1/pump'], values: [21.5] }]);
  });

  it('after asking whether to send the body', async () => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        Expect: '100-continue',
        'Content-Length': 4,
      },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('1 2\n');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(204);
    response.resume();
  });

  it('and is told before sending a body that is too long', async () => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        Expect: '100-continue',
        'Content-Length': 10_000_000,
      },
    });
    sent.on('error', () => undefined).flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    response.resume();
    sent.destroy();
  });
});

describe('slow devices', () => {
  const silent = async (begin: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(begin);
    return socket.resume();
  };

  it.each([
    ['headers that never end', 'POST / HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'a body that never ends',
      `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        'Content-Length: 100\r\n\r\n1 2\n',
    ],
  ])('are cut off: %s', async (_, begin) => {
    await start();
    const socket = await silent(begin);
    const drip = setInterval(() => socket.write('X'), 50);
    // A reset, which is an error, is as good as a close.
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
    expect(reader.rows).toEqual([]);
    expect((await push()).status).toBe(204);
  });

  it('do not keep others out', async () => {
    await start();
    const sockets = await Promise.all(
      Array.from({ length: 30 }, () => silent('POST / HTTP/1.1\r\nHost: ')),
    );
    expect((await push()).status).toBe(204);
    for (const socket of sockets) socket.destroy();
  });
});

describe('storing', () => {
  it('is waited for, and told when it takes too long', async () => {
    await start({ acknowledge: false, limits: { ...LIMITS, httpStoreMs: 1000 } });
    const late = await push();
    expect(late.status).toBe(503);
    expect(reader.rows).toHaveLength(1);
    const answered = push();
    await reader.until(() => reader.pieces.length === 2);
    reader.pieces[1]!.acknowledge!();
    expect((await answered).status).toBe(204);
  });
});

describe('binding', () => {
  it('is to this machine alone unless told', () => {
    expect(parseFeedUrl('http-listen://:0')).toMatchObject({ host: '127.0.0.1' });
  });

  it('needs a token that is hard to guess', async () => {
    const host = { status: () => undefined } as never;
    expect(() => createSource({ ...CONFIG, token: 'short' }, host)).toThrow(
      /token .* has 5 characters; at least 16/,
    );
    await start();
  });

  it('to all addresses answers by the names of this machine, and no other', async () => {
    reader = new SourceReader({ ...CONFIG, host: '0.0.0.0' }, { limits: LIMITS });
    await reader.isOpen();
    port = portOf(reader);
    expect((await push({ headers: { Host: `127.0.0.1:${port}` } })).status).toBe(204);
    expect((await push({ headers: { Host: 'evil.example' } })).status).toBe(403);
  });
});
