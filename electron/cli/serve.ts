/**
 * The browser shell: the same renderer over a WebSocket on this machine alone. A one-time token in
 * the first address becomes a session cookie; Host and Origin are checked on every request.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { apiChecks } from '../../shared/contract/checks.ts';
import { createServer } from '../../shared/contract/server.ts';
import type { ShellApi } from '../../shared/contract/shell-api.ts';
import { shellChecks } from '../../shared/contract/shell-checks.ts';
import { splitTransport } from '../../shared/contract/split.ts';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { Failure } from '../../shared/contract/failure.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import type { Engine } from '../engine/engine.ts';
import { SECURITY_HEADERS, webFile } from '../engine/web-root.ts';
import { browserShellHandlers } from './browser-shell.ts';
import { socketTransport } from './socket-transport.ts';

const LOOPBACK = '127.0.0.1';
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;

export interface ServeOptions {
  readonly engine: Engine;
  /** Folder of the built renderer. */
  readonly rendererDir: string;
  /** 0 takes any free port. */
  readonly port?: number;
}

export interface BrowserShell {
  /** With its one-time token: opens once. */
  readonly url: string;
  close(): Promise<void>;
}

/** Throws Failure conflict when the port is taken. */
export async function serve({
  engine,
  rendererDir,
  port = 0,
}: ServeOptions): Promise<BrowserShell> {
  const door = createDoor();
  const http = createHttpServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void answer(request).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    });
  });
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (!isOwnHost(request)) return refusal(403, 'This address is not served here.');
    const url = URL.parse(request.url ?? '/', `http://${LOOPBACK}`);
    if (!url) return refusal(400, 'This is not an address.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Read only.');
    const token = url.searchParams.get('token');
    if (token !== null) return door.enter(token);
    if (!door.isInside(request)) {
      return refusal(401, 'This address has been used. Start Offbeat again for a new one.');
    }
    return webFile(rendererDir, url.pathname);
  };
  const isOwnHost = (request: IncomingMessage): boolean => {
    const { port: own } = http.address() as AddressInfo;
    const host = request.headers.host ?? '';
    return [`${LOOPBACK}:${own}`, `localhost:${own}`].includes(host);
  };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  http.on('upgrade', (request, socket, head) => {
    const sameOrigin = request.headers.origin === `http://${request.headers.host}`;
    const attach = DOORS[request.url ?? ''];
    const welcome = isOwnHost(request) && sameOrigin && attach && door.isInside(request);
    if (!welcome) return turnAway(socket);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('close', attach(engine, socketTransport(ws)));
      ws.on('error', () => ws.terminate());
    });
  });
  await listen(http, port);
  const { port: own } = http.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${own}/?token=${door.token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

type Attach = (engine: Engine, transport: Transport) => () => void;

/** What a socket at an address is for; each answers what to do when it closes. */
const DOORS: Readonly<Partial<Record<string, Attach>>> = {
  /** One window: its calls go to the engine, the engine's events to it. */
  '/api': (engine, transport) => {
    const { matching, rest } = splitTransport(transport);
    createServer<ShellApi>(matching, browserShellHandlers, shellChecks);
    const server = createServer<Api, ApiEvents>(rest, engine.handlers, apiChecks);
    return engine.onEvent((event, payload) => server.emit(event, payload));
  },
  /** A page that computes: the engine's calls go to it. */
  '/compute': (engine, transport) => engine.compute.attach(transport),
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

function refusal(status: number, text: string): Answer {
  const headers = { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' };
  return { status, headers, body: `${text}\n` };
}

/** Refuses an upgrade. Node leaves the socket to us, and with it the visitor's rude goodbye. */
function turnAway(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const headers = { ...SECURITY_HEADERS, Connection: 'close', 'Content-Length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 403 Forbidden\r\n${lines.join('')}\r\n`);
}

/** Turns the one-time token into a session, once. */
function createDoor(): {
  readonly token: string;
  enter(token: string): Answer;
  isInside(request: IncomingMessage): boolean;
} {
  const token = randomBytes(24).toString('base64url');
  const session = randomBytes(24).toString('base64url');
  // Cookies do not know of ports: two shells in one browser must not overwrite each other's.
  const name = `offbeat_${randomBytes(4).toString('hex')}`;
  let used = false;
  return {
    token,
    enter: (given) => {
      if (used || !equal(given, token)) {
        return refusal(401, 'This address has been used. Start Offbeat again for a new one.');
      }
      used = true;
      const cookie = `${name}=${session}; HttpOnly; SameSite=Strict; Path=/`;
      const headers = { ...SECURITY_HEADERS, Location: '/', 'Set-Cookie': cookie };
      return { status: 303, headers, body: '' };
    },
    isInside: (request) => {
      const cookies = (request.headers.cookie ?? '').split(/;\s*/);
      return cookies.some((cookie) => equal(cookie, `${name}=${session}`));
    },
  };
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

async function listen(http: ReturnType<typeof createHttpServer>, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Failure('conflict', `Port ${port} is taken; choose another with --port.`)
          : error,
      ),
    );
    http.listen(port, LOOPBACK, resolve);
  });
}
