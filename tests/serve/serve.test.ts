/** The browser shell on a real engine and real HTTP. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve, type BrowserShell } from '../../electron/cli/serve.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { SECURITY_HEADERS } from '../../electron/engine/web-root.ts';
import { ask, listens, openPage, shout, shoutAndReset, upgrade, type Answer } from './visitor.ts';

const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

describe('browser shell', () => {
  let folder: string;
  let rendererDir: string;
  let engine: Engine;
  let shell: BrowserShell;
  let port: number;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offbeat-serve-'));
    rendererDir = join(folder, 'assets', 'renderer');
    await mkdir(join(rendererDir, 'assets'), { recursive: true });
    await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Offbeat</title>');
    await writeFile(join(rendererDir, 'assets', 'app.js'), 'export {};');
    await writeFile(join(rendererDir, 'notes.txt'), 'not a kind of file that is served');
    await writeFile(join(folder, 'assets', 'secret.html'), 'secret');
    await mkdir(join(folder, 'assets', 'renderer-old'));
    await writeFile(join(folder, 'assets', 'renderer-old', 'secret.html'), 'secret');
    const workspace = join(folder, 'workspace');
    engine = await createEngine({ workspace, shell: 'browser', version: '0' });
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    shell = await serve({ engine, rendererDir });
    const url = new URL(shell.url);
    port = Number(url.port);
    token = url.searchParams.get('token')!;
  });
  afterEach(() => shell.close());

  /** The session that the token buys. */
  async function enter(): Promise<string> {
    const { headers } = await ask(port, `/?token=${token}`);
    return headers['set-cookie']![0].split(';')[0];
  }

  function expectSecurityHeaders({ headers }: Pick<Answer, 'headers'>): void {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      expect(headers[name.toLowerCase()]).toBe(value);
    }
  }

  describe('its door', () => {
    it('is on this machine alone', async () => {
      expect(new URL(shell.url).hostname).toBe('127.0.0.1');
      expect(await listens('127.0.0.1', port)).toBe(true);
      const others = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .map(({ address }) => address)
        .filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'));
      for (const address of ['::1', ...others]) expect(await listens(address, port)).toBe(false);
    });

    it('opens to the token once, for a session no script and no other site can use', async () => {
      const first = await ask(port, `/?token=${token}`);
      expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
      expect(first.headers['set-cookie']![0]).toMatch(
        /^\w+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/,
      );
      expect(first.headers['set-cookie']![0]).not.toContain(token);
      const second = await ask(port, `/?token=${token}`);
      expect(second.status).toBe(401);
      expect(second.headers['set-cookie']).toBeUndefined();
      expect(second.body).toMatch(/has been used/);
    });

    it('stays shut to a wrong token and open to the right one after it', async () => {
      for (const wrong of ['', 'x', `${token}x`, token.slice(1), token.toUpperCase()]) {
        expect((await ask(port, `/?token=${wrong}`)).status).toBe(401);
      }
      expect((await ask(port, `/?token=${token}`)).status).toBe(303);
    });

    it('lets nobody in without the session', async () => {
      const cookie = await enter();
      const [name, session] = cookie.split('=');
      expect((await ask(port, '/')).status).toBe(401);
      for (const wrong of [`${name}=`, `${name}=${session}x`, `${name}=${token}`, session]) {
        expect((await ask(port, '/', { headers: { cookie: wrong } })).status).toBe(401);
      }
      const page = await ask(port, '/', { headers: { cookie: `other=1; ${cookie}` } });
      expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>Offbeat</title>' });
    });

    it('is another one each time', async () => {
      const cookie = await enter();
      const other = await serve({ engine, rendererDir });
      const otherPort = Number(new URL(other.url).port);
      expect(new URL(other.url).searchParams.get('token')).not.toBe(token);
      expect((await ask(otherPort, '/', { headers: { cookie } })).status).toBe(401);
      // One browser keeps the cookies of both: neither may take the other's place.
      const entered = await ask(otherPort, new URL(other.url).pathname + new URL(other.url).search);
      expect(entered.headers['set-cookie']![0].split('=')[0]).not.toBe(cookie.split('=')[0]);
      await other.close();
    });

    it('answers no other host, as a rebound name would ask', async () => {
      const cookie = await enter();
      const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`];
      for (const host of [...hosts, `127.0.0.1:${port}.evil.example`]) {
        const answer = await ask(port, '/', { headers: { cookie, host } });
        expect({ host, status: answer.status }).toEqual({ host, status: 403 });
      }
      const nameless = `Cookie: ${cookie}\r\nConnection: close\r\n\r\n`;
      expect(await shout(port, `GET / HTTP/1.1\r\nHost:\r\n${nameless}`)).toMatch(/^\S+ 403 /);
      expect(await shout(port, `GET / HTTP/1.0\r\n${nameless}`)).toMatch(/^\S+ 403 /);
      const own = { cookie, host: `localhost:${port}` };
      expect((await ask(port, '/', { headers: own })).status).toBe(200);
    });
  });

  describe('its files', () => {
    it.each([
      '/../secret.html',
      '/../renderer-old/secret.html',
      '/%2e%2e/secret.html',
      '/..%2fsecret.html',
      '/..%2frenderer-old%2fsecret.html',
      '/assets/..%2f..%2fsecret.html',
      '/..%5csecret.html',
      '/..\\secret.html',
      '/index.html%00.js',
      '/%zz',
      '/assets',
      '/notes.txt',
      '/nothing.html',
      '//etc/passwd',
      '/%2fetc%2fpasswd',
    ])('are not found at %s', async (path) => {
      const headers = { cookie: await enter() };
      const answer = await ask(port, path, { headers });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: '' });
      expectSecurityHeaders(answer);
    });

    it('are kept by the browser only where their name changes with them', async () => {
      const headers = { cookie: await enter() };
      const script = await ask(port, '/assets/app.js', { headers });
      expect(script.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'max-age=31536000, immutable',
      });
      const page = await ask(port, '/index.html', { headers });
      expect(page.headers['cache-control']).toBe('no-cache');
    });

    it('can be read, not written', async () => {
      const headers = { cookie: await enter() };
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        expect((await ask(port, '/', { method, headers })).status).toBe(405);
      }
      expect(await ask(port, '/', { method: 'HEAD', headers })).toMatchObject({
        status: 200,
        body: '',
      });
    });
  });

  it('sends its security headers with every answer', async () => {
    const entered = await ask(port, `/?token=${token}`);
    const cookie = entered.headers['set-cookie']![0].split(';')[0];
    const answers = [
      entered,
      await ask(port, '/', { headers: { cookie } }),
      await ask(port, '/assets/app.js', { headers: { cookie } }),
      await ask(port, '/'),
      await ask(port, '/', { headers: { host: 'evil.example' } }),
      await ask(port, '/', { method: 'POST' }),
      await ask(port, '//', { headers: { cookie } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([303, 200, 200, 401, 403, 405, 400]);
    answers.forEach(expectSecurityHeaders);
    expectSecurityHeaders(await upgrade(port, '/api', {}));
  });

  it('goes on after requests that make no sense', async () => {
    const cookie = await enter();
    const host = `Host: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`;
    for (const target of ['//', 'http://[', 'http://:0/', '///', '*', 'x:y']) {
      expect(await shout(port, `GET ${target} HTTP/1.1\r\n${host}`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect(await shout(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(port, '/', { headers: { cookie } })).status).toBe(200);
  });

  describe('its socket', () => {
    it('carries calls and events between a page and the engine', async () => {
      const { client, socket } = await openPage(port, await enter());
      expect(await client.call('app.info')).toMatchObject({ shell: 'browser', version: '0' });
      const heard: unknown[] = [];
      client.on('stream.changed', (payload) => heard.push(payload));
      engine.emit('stream.changed', { streamId: 3 });
      await expect.poll(() => heard).toEqual([{ streamId: 3 }]);
      socket.terminate();
    });

    it('opens only to a page of its own', async () => {
      const cookie = await enter();
      const origin = `http://127.0.0.1:${port}`;
      const status = async (path: string, headers: Record<string, string>): Promise<number> =>
        (await upgrade(port, path, headers)).status;
      expect(await status('/api', { cookie, origin })).toBe(101);
      expect(await status('/api', { cookie, origin: 'https://evil.example' })).toBe(403);
      expect(await status('/api', { cookie, origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
      expect(await status('/api', { cookie, origin: `https://127.0.0.1:${port}` })).toBe(403);
      expect(await status('/api', { cookie, origin: 'null' })).toBe(403);
      expect(await status('/api', { cookie })).toBe(403);
      expect(await status('/api', { origin })).toBe(403);
      expect(await status('/other', { cookie, origin })).toBe(403);
      expect(await status(`/api?token=${token}`, { cookie, origin })).toBe(403);
      const rebound = { cookie, host: 'evil.example', origin: 'http://evil.example' };
      expect(await status('/api', rebound)).toBe(403);
    });

    it('survives visitors that hang up while they are refused', async () => {
      const cookie = await enter();
      const text =
        `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nOrigin: http://evil.example\r\n\r\n';
      await Promise.all(Array.from({ length: 20 }, () => shoutAndReset(port, text)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await ask(port, '/', { headers: { cookie } })).status).toBe(200);
    });

    it('closes on a message too large, and only that one', async () => {
      const cookie = await enter();
      const other = await openPage(port, cookie);
      const page = await openPage(port, cookie);
      page.socket.send(new Uint8Array(MESSAGE_BYTES_MAX + 1));
      expect([1006, 1009]).toContain(await page.closed);
      expect(await other.client.call('app.info')).toMatchObject({ shell: 'browser' });
      const again = await openPage(port, cookie);
      expect(await again.client.call('stream.list')).toEqual([]);
    });

    it.each([
      ['text', 'hello'],
      ['bytes that are no frame', Uint8Array.of(1, 2, 3)],
    ])('closes on %s, and only that one', async (_name, message) => {
      const cookie = await enter();
      const other = await openPage(port, cookie);
      const page = await openPage(port, cookie);
      page.socket.send(message);
      expect(await page.closed).toBe(1003);
      expect(await other.client.call('stream.list')).toEqual([]);
    });

    it('takes the largest piece of a file there may be', async () => {
      const { client } = await openPage(port, await enter());
      const bytes = new Uint8Array(8 * 1024 * 1024);
      const upload = await client.call('upload.begin', 'pump.csv', bytes.length);
      expect(await client.call('upload.append', upload, bytes)).toBe(bytes.length);
      await client.call('upload.discard', upload);
    });

    it('checks what a page asks for', async () => {
      const { client } = await openPage(port, await enter());
      const wrong = client.call('job.cancel', 'all' as unknown as number);
      await expect(wrong).rejects.toMatchObject({ code: 'bad-usage' });
      await expect(client.call('job.result', 99)).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  it('says which port is taken', async () => {
    const again = serve({ engine, rendererDir, port });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    await expect(again).rejects.toThrow(`Port ${port} is taken`);
  });

  it('lets every page go when it closes, and the engine goes on', async () => {
    const page = await openPage(port, await enter());
    await shell.close();
    expect(await page.closed).toBe(1006);
    expect(await listens('127.0.0.1', port)).toBe(false);
    engine.emit('stream.changed', { streamId: null });
    expect(await engine.handlers['stream.list']()).toEqual([]);
  });
});
