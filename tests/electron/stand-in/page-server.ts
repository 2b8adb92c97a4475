/**
 * app:// for a browser that lets nobody register a scheme: each host of it is served at
 * <host>.localhost, by the handler that the application gave, with its headers and no others.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { IPC_PATH } from './page-shim.ts';

export type Answer = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Answer>();
let port = 0;

/** Sockets of pages, by the window they belong to. */
export const pageSockets = new Map<string, (socket: WebSocket, origin: string) => void>();

export function setHandler(scheme: string, answer: Answer): void {
  handlers.set(scheme, answer);
}

export async function startPageServer(): Promise<void> {
  const http = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 2 ** 30 });
  http.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const accept = pageSockets.get(url.searchParams.get('window') ?? '');
    if (url.pathname !== IPC_PATH || !accept) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => {
      accept(ws, schemeUrl(request.headers.origin ?? ''));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  port = (http.address() as AddressInfo).port;
}

/** app://offbeat/x → http://offbeat.localhost:port/x; others stay as they are. */
export function servedUrl(url: string): string {
  return url.replace(/^app:\/\/([^/]+)/, (_, host: string) => `http://${host}.localhost:${port}`);
}

/** And back. */
export function schemeUrl(url: string): string {
  return url.replace(/^http:\/\/([a-z]+)\.localhost:\d+/, 'app://$1');
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = schemeUrl(`http://${request.headers.host}${request.url}`);
  const handler = handlers.get('app');
  if (!handler || !url.startsWith('app:')) {
    response.writeHead(404).end();
    return;
  }
  const { status, headers, body } = await asking(
    handler,
    new Request(url, { method: request.method! }),
  );
  response.writeHead(status, headers).end(body);
}

async function asking(
  handler: Answer,
  request: Request,
): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const given = await handler(request);
  const body = Buffer.from(await given.arrayBuffer());
  return { status: given.status, headers: Object.fromEntries(given.headers), body };
}
