/**
 * An HTTP port that devices push bodies to. A body is answered with 204 once its rows are stored
 * for good; until then the device waits, and after an error it may send the body again.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../../shared/contract/failure.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createPushDoor, type Refusal } from './http-door.ts';
import { createPieceQueue, type PieceQueue } from './piece-queue.ts';
import { messagePiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type HttpListenConfig = Extract<SourceConfig, { kind: 'http-listen' }>;

const TOKEN_CHARS_MIN = 16;
const SUBJECT_CHARS_MAX = 200;

/** Throws Failure bad-usage without a token that is hard to guess. */
export function createHttpListenSource(
  config: HttpListenConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  if (config.token.length < TOKEN_CHARS_MIN) {
    throw new Failure(
      'bad-usage',
      `The token of the HTTP port has ${config.token.length} characters; at least ` +
        `${TOKEN_CHARS_MIN} are needed, so that nobody guesses it. Add ?token=… with a secret.`,
    );
  }
  const what = `http-listen://${config.host}:${config.port}`;
  const session: Session = async function* (signal, opened) {
    const queue = createPieceQueue(host, limits);
    const door = createPushDoor(config);
    const server = createServer(
      {
        headersTimeout: limits.httpHeadersMs,
        requestTimeout: limits.httpRequestMs,
        connectionsCheckingInterval: Math.min(1000, limits.httpHeadersMs / 4),
        keepAliveTimeout: 5000,
        maxHeaderSize: 16 * 1024,
      },
      (request, response) => void answer(request, response, door, queue, limits),
    );
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      void answer(request, response, door, queue, limits, () => response.writeContinue());
    });
    server.maxConnections = limits.connectionsMax;
    const close = (): void => {
      server.close();
      server.closeAllConnections();
      queue.close();
    };
    signal.addEventListener('abort', close);
    try {
      server.listen(config.port, config.host);
      await once(server, 'listening');
      server.on('error', (error) => queue.close(error));
      const { port } = server.address() as AddressInfo;
      opened();
      host.status('open', `http-listen://${config.host}:${port}`);
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  door: (request: IncomingMessage) => Refusal | null,
  queue: PieceQueue,
  limits: SourceLimits,
  goAhead?: () => void,
): Promise<void> {
  try {
    const refusal = door(request) ?? tooLong(request, limits);
    if (refusal) return refuse(response, refusal);
    goAhead?.();
    const body = await bodyOf(request, limits.httpBodyBytes);
    if (body === null) return refuse(response, longBody(limits));
    const isStored = await stored(body, subjectOf(request.url ?? '/'), queue, limits.httpStoreMs);
    if (isStored) response.writeHead(204).end();
    else refuse(response, { status: 503, text: 'Not stored in time; send it again.' });
  } catch {
    // The device went away before its body was whole, and will send it again.
    response.destroy();
  }
}

function refuse(response: ServerResponse, { status, text, headers = {} }: Refusal): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
    ...headers,
  });
  response.end(`${text}\n`);
}

function tooLong({ headers }: IncomingMessage, limits: SourceLimits): Refusal | null {
  return Number(headers['content-length'] ?? 0) > limits.httpBodyBytes ? longBody(limits) : null;
}

function longBody({ httpBodyBytes }: SourceLimits): Refusal {
  return { status: 413, text: `A body has at most ${httpBodyBytes} bytes; send several.` };
}

/** null when it is longer than the limit. Throws when it ends early. */
async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes > bytesMax) return null;
  }
  return Buffer.concat(pieces);
}

/** /pump/1 is about pump/1. */
function subjectOf(url: string): string {
  const path = url.split('?')[0].replace(/^\/+|\/+$/g, '');
  try {
    return decodeURIComponent(path).slice(0, SUBJECT_CHARS_MAX);
  } catch {
    return path.slice(0, SUBJECT_CHARS_MAX);
  }
}

/** True once the piece is acknowledged; false when that takes too long. */
async function stored(
  body: Buffer,
  subject: string,
  queue: PieceQueue,
  limitMs: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const done = new Promise<boolean>((resolve) => {
    const acknowledge = (): void => resolve(true);
    void queue.put({ ...messagePiece(body, subject, subject), acknowledge });
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
