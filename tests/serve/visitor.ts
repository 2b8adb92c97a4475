/** Whoever knocks at the browser shell: requests as raw as an attacker's, and sockets. */
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { socketTransport } from '../../electron/cli/socket-transport.ts';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path is sent as it stands: no client tidies it up. */
export async function ask(
  port: number,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options }).end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const part of response) body += String(part);
  return { status: response.statusCode, headers: response.headers, body };
}

/** Text straight onto the wire; answers what comes back until the other side hangs up. */
export async function shout(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let heard = '';
  socket.on('data', (part) => (heard += String(part)));
  await once(socket, 'close');
  return heard;
}

/** Asks to be upgraded and hangs up rudely instead of listening. */
export async function shoutAndReset(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  await new Promise((resolve) => setTimeout(resolve, 5));
  socket.resetAndDestroy();
}

/** Whether anything listens there. */
export async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export interface Page {
  readonly socket: WebSocket;
  readonly client: Client<Api, ApiEvents>;
  /** The code it was closed with. */
  readonly closed: Promise<number>;
}

/** A page with its session. */
export async function openPage(port: number, cookie: string): Promise<Page> {
  const origin = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, { origin, headers: { cookie } });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, client: createClient(socketTransport(socket)), closed };
}

/** The status an upgrade is refused with; 101 when it is not. */
export async function upgrade(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  socket.on('error', () => undefined);
  const opened = once(socket, 'open').then(() => ({ status: 101, headers: {} }));
  const refused = once(socket, 'unexpected-response').then(([, response]) => ({
    status: response.statusCode as number,
    headers: response.headers as IncomingHttpHeaders,
  }));
  const first = await Promise.any([opened, refused]);
  socket.terminate();
  return first;
}
