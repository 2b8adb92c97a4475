/** Every sink against a real counterpart on this machine. */
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../electron/engine/alert/sinks/send.ts';
import { DeliveryError } from '../../electron/engine/alert/sinks/sink.ts';
import { lineOf } from '../../electron/engine/alert/sinks/syslog.ts';
import { fillTemplate, inJson } from '../../electron/engine/alert/template.ts';
import type { AlertMessage, SinkConfig, WebhookConfig } from '../../shared/domain/alert.ts';
import { NOON_MS, occurrence } from './alert-place.ts';

const MESSAGE: AlertMessage = {
  key: '0b8f0d1e-6a52-4b8b-9b39-0b6b7f6b1a11',
  kind: 'raise',
  language: 'en',
  title: '▲ Press "7": pressure\r\nBcc: all@evil.invalid rose',
  text: 'since 12:00 <b>▲</b>\nRule: $(reboot) `id`',
  time: NOON_MS,
  severity: 'high',
  alertId: 3,
  rule: { id: 2, name: 'Night' },
  stream: { id: 1, name: 'Press "7" ]\r\n[x' },
  events: [occurrence(1, { id: 9 }).event('en')],
  files: [],
};
const WEBHOOK: WebhookConfig = {
  ...{ kind: 'webhook', url: '', method: 'POST', headers: [], contentType: '', template: '' },
  secret: '',
};

const never = (): boolean => false;
const closers: (() => unknown)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-sinks-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const failureOf = (config: SinkConfig, message = MESSAGE): Promise<DeliveryError> =>
  send(config, message, never).then(
    () => Promise.reject(new Error('It was taken.')),
    (error: unknown) => {
      expect(error).toBeInstanceOf(DeliveryError);
      return error as DeliveryError;
    },
  );

describe('webhook', () => {
  interface Request {
    readonly method: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  async function listen(
    answers: readonly (readonly [number, Record<string, string>])[],
  ): Promise<{ url: string; requests: Request[] }> {
    const requests: Request[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        const { method, headers } = request;
        requests.push({ method: method!, headers, body });
        const [status, extra] = answers[Math.min(requests.length, answers.length) - 1]!;
        response.writeHead(status, extra).end('said the server');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => (server.closeAllConnections(), server.close()));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, requests };
  }

  it('posts the message as JSON, signed, with its key', async () => {
    const { url, requests } = await listen([[204, {}]]);
    const headers = [{ name: 'Authorization', value: 'Bearer x' }];
    await send({ ...WEBHOOK, url, headers, secret: 'hush' }, MESSAGE, never);
    const [{ method, headers: got, body }] = requests as [Request];
    expect([method, got['idempotency-key'], got['authorization']]).toEqual([
      ...['POST', MESSAGE.key, 'Bearer x'],
    ]);
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(got['offbeat-signature'] as string)!;
    expect(v1).toBe(createHmac('sha256', 'hush').update(`${t}.${body}`).digest('hex'));
    expect(JSON.parse(body)).toMatchObject({
      ...{ format: 'offbeat-alert/1', key: MESSAGE.key, kind: 'raise', severity: 'high' },
      events: [{ channel: 'pressure', observed: 7.5, start: '2026-05-06T12:00:00.000Z' }],
    });
  });

  it('fills a template without breaking out of its quotes', async () => {
    const { url, requests } = await listen([[200, {}]]);
    const template = '{"text": "{{title}} {{ observed }} {{unit}}", "no": "{{nothing}}"}';
    await send({ ...WEBHOOK, url, template, contentType: 'application/json' }, MESSAGE, never);
    expect(JSON.parse(requests[0]!.body)).toEqual({
      text: `${MESSAGE.title} 7.5 bar`,
      no: '{{nothing}}',
    });
    const hostile = { ...MESSAGE, title: '{{text}}' };
    expect(fillTemplate('{{title}}', hostile, inJson)).toBe('{{text}}');
  });

  it.each([
    [503, { 'Retry-After': '7' }, false, 7000],
    [429, {}, false, null],
    [404, {}, true, null],
    [302, { Location: 'http://evil.invalid' }, false, null],
  ] as const)('an answer of %d %o is final: %s', async (status, extra, isFinal, pause) => {
    const { url, requests } = await listen([[status, { ...extra } as Record<string, string>]]);
    const error = await failureOf({ ...WEBHOOK, url });
    expect(error).toMatchObject({ isFinal, retryAfterMs: pause });
    expect(error.message).toBe(`The server answered ${status}: said the server`);
    expect(requests).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const error = await failureOf({ ...WEBHOOK, url: 'http://127.0.0.1:1/' });
    expect(error.isFinal).toBe(false);
  });
});

describe('e-mail', () => {
  async function server(refuse?: number): Promise<{ port: number; mails: string[] }> {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true },
      onData: (stream, _session, done) => {
        let mail = '';
        stream.on('data', (data: Buffer) => (mail += data.toString()));
        stream.on('end', () => {
          mails.push(mail);
          done(refuse ? Object.assign(new Error('no'), { responseCode: refuse }) : null);
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => smtp.close(resolve)));
    return { port: (smtp.server.address() as AddressInfo).port, mails };
  }
  const config = (port: number): SinkConfig => ({
    ...{ kind: 'email', host: '127.0.0.1', port, security: 'plain', user: '', password: '' },
    ...{ from: 'offbeat@plant.invalid', to: ['a@plant.invalid', 'b@plant.invalid'] },
  });

  it('carries the message, its key and its files; no title adds a header', async () => {
    const { port, mails } = await server();
    const file = join(folder, 'report.csv');
    writeFileSync(file, 'a,b\n1,2\n');
    await send(config(port), { ...MESSAGE, files: [file] }, never);
    const [mail] = mails as [string];
    const [head] = mail.split('\r\n\r\n');
    expect(head).toContain(`Message-ID: <${MESSAGE.key}@offbeat.invalid>`);
    expect(head).toContain('To: a@plant.invalid, b@plant.invalid');
    expect(head).not.toMatch(/^bcc:/im);
    expect(head!.match(/^subject:/gim)).toHaveLength(1);
    expect(mail).toContain('filename=report.csv');
    expect(mail).toContain('&lt;b&gt;');
  });

  it.each([
    'a@plant.invalid\r\nBcc: all@evil.invalid',
    'a@plant.invalid, all@evil.invalid',
    'everyone:all@evil.invalid;',
  ])('takes %j for no address', async (address) => {
    const { port, mails } = await server();
    const asked = { ...config(port), to: [address] } as SinkConfig;
    expect(await failureOf(asked)).toMatchObject({ isFinal: true });
    expect(mails).toEqual([]);
  });

  it.each([
    [451, false],
    [550, true],
  ])('a refusal by %d is final: %s', async (code, isFinal) => {
    const { port } = await server(code);
    expect(await failureOf(config(port))).toMatchObject({ isFinal });
  });
});

describe('program', () => {
  const program = (script: string, args: readonly string[] = [], timeoutMs = 30_000) => {
    const path = join(folder, 'child.cjs');
    writeFileSync(path, script);
    const all = [path, ...args];
    return { kind: 'program', path: process.execPath, args: all, timeoutMs } as const;
  };

  it('gets arguments as they are, past any shell, and the message on standard input', async () => {
    const out = join(folder, 'out.json');
    const script = `let text = '';
      process.stdin.on('data', (d) => (text += d)).on('end', () =>
        require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify({
          args: process.argv.slice(2), key: process.env.OFFBEAT_KEY,
          message: JSON.parse(text) })));`;
    const args = ['--title={{title}}', '; touch {{text}} && $HOME', '*'];
    await send(program(script, args), MESSAGE, never);
    const got = JSON.parse(readFileSync(out, 'utf8')) as Record<string, unknown>;
    expect(got['args']).toEqual([
      `--title=${MESSAGE.title}`,
      `; touch ${MESSAGE.text} && $HOME`,
      '*',
    ]);
    expect(got['key']).toBe(MESSAGE.key);
    expect(got['message']).toMatchObject({ kind: 'raise', alertId: 3 });
  });

  it('tells how it ended, also when it read nothing or never ends', async () => {
    const failed = await failureOf(program('console.error("no paper"); process.exit(4)'));
    expect(failed.message).toContain('ended with code 4: no paper');
    const stuck = await failureOf(program('setInterval(() => 0, 1000)', [], 200));
    expect(stuck.message).toContain('was ended by SIGKILL');
    const absent = { kind: 'program', path: join(folder, 'none'), args: [], timeoutMs: 1000 };
    expect((await failureOf(absent as SinkConfig)).message).toContain('cannot be started');
  });

  it.each(['reboot', 'C:\\run.bat', '/bin/run.cmd'])('does not start %s', async (path) => {
    const config = { kind: 'program', path, args: [], timeoutMs: 1000 } as const;
    const error = await Promise.resolve()
      .then(() => send(config, MESSAGE, never))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ isFinal: true });
  });
});

describe('syslog', () => {
  const head = String.raw`^<130>1 2026-05-06T12:00:00\.000Z \S+ offbeat \d+ raise `;
  const data = String.raw`\[offbeat@32473 key="[0-9a-f-]{36}" kind="raise" severity="high" `;
  const stream = String.raw`stream="Press \\"7\\" \\\] \[x"\] `;
  const title = '\ufeff▲ Press "7": pressure Bcc: all@evil\\.invalid rose$';
  const told = new RegExp(head + data + stream + title);

  it('is one line whatever a stream is called', () => {
    expect(lineOf(16, MESSAGE)).toMatch(told);
  });

  it('goes by UDP, cut between characters where it is long', async () => {
    const socket = createSocket('udp4');
    const lines: Buffer[] = [];
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    closers.push(() => socket.close());
    const { port } = socket.address();
    const config = {
      kind: 'syslog',
      host: '127.0.0.1',
      port,
      protocol: 'udp',
      facility: 16,
    } as const;
    const two = new Promise<void>((resolve) =>
      socket.on('message', (data) => lines.push(data) === 2 && resolve()),
    );
    await send(config, MESSAGE, never);
    await send(config, { ...MESSAGE, title: '异'.repeat(2000) }, never);
    await two;
    expect(lines[0]!.toString()).toMatch(told);
    expect(lines[1]!.length).toBeLessThanOrEqual(2048);
    expect(lines[1]!.toString()).not.toContain('\ufffd');
  });

  it('goes by TCP with counted octets', async () => {
    let text = '';
    const { promise, resolve } = Promise.withResolvers<void>();
    const server = createTcpServer((socket) => {
      socket.on('data', (data) => (text += data.toString())).on('end', resolve);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const config = {
      kind: 'syslog',
      host: '127.0.0.1',
      port,
      protocol: 'tcp',
      facility: 16,
    } as const;
    await send(config, MESSAGE, never);
    await promise;
    const space = text.indexOf(' ');
    expect(Number(text.slice(0, space))).toBe(Buffer.byteLength(text.slice(space + 1)));
    expect(text.slice(space + 1)).toMatch(told);
  });
});

describe('a window', () => {
  it('is told when one is open; else it waits', async () => {
    const told: string[] = [];
    const tell = (kind: string): boolean => told.push(kind) > 0;
    await send({ kind: 'desktop' }, MESSAGE, tell);
    await send({ kind: 'sound' }, MESSAGE, tell);
    expect(told).toEqual(['notification', 'sound']);
    expect(await failureOf({ kind: 'desktop' })).toMatchObject({ isFinal: false });
  });
});
