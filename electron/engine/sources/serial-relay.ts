/**
 * Serial ports for threads. The program inside the serialport package calls back on the first
 * thread of the process whatever thread asked; used from any other it ends the process. So the
 * first thread reads the ports (serveSerialSources), and sources in other threads ask it for piece
 * after piece. A broadcast channel needs no wiring between the two.
 */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import { Failure, type FailureCode } from '../../../shared/contract/failure.ts';
import type { SourceStatus } from '../../../shared/domain/feed.ts';
import { createModbusSource, type ModbusConfig } from './modbus.ts';
import { createSerialSource, type SerialConfig } from './serial.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece } from './source.ts';

export type SerialSourceConfig = SerialConfig | ModbusConfig;

const CHANNEL = 'offbeat-serial-sources';
/** A thread that is not heard of for so long has died, and its port is closed. */
const ALIVE_MS = 2000;
const DEAD_MS = 3 * ALIVE_MS;

/** To the first thread. */
type Asked = { readonly to: 'first'; readonly id: string } & (
  | { readonly what: 'read'; readonly config: SerialSourceConfig; readonly limits: SourceLimits }
  | { readonly what: 'next' | 'alive' | 'stop' }
);

/** To the thread that asked. */
type Told = { readonly to: string } & (
  | { readonly what: 'accepted' | 'end' | 'reconnected' }
  | { readonly what: 'status'; readonly status: SourceStatus; readonly detail: string }
  | { readonly what: 'dropped'; readonly pieces: number }
  | { readonly what: 'piece'; readonly piece: SourcePiece }
  | { readonly what: 'failed'; readonly code: FailureCode; readonly message: string }
);

interface Running {
  readonly pieces: AsyncIterator<SourcePiece>;
  readonly stop: AbortController;
  heardAt: number;
}

export function createSerialKind(
  config: SerialSourceConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  return config.kind === 'serial'
    ? createSerialSource(config, host, limits)
    : createModbusSource(config, host, limits);
}

/** Call once, on the first thread of the process. Answers what ends it. */
export function serveSerialSources(): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  const running = new Map<string, Running>();
  let isClosed = false;
  const tell = (told: Told): void => {
    if (!isClosed) channel.postMessage(told);
  };
  channel.onmessage = (event) => {
    const asked = event.data as Asked;
    if (asked.to === 'first') serve(asked, running, tell);
  };
  channel.unref();
  const watch = setInterval(() => {
    for (const [id, one] of running) {
      if (Date.now() - one.heardAt < DEAD_MS) continue;
      one.stop.abort();
      running.delete(id);
    }
  }, ALIVE_MS);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const { stop } of running.values()) stop.abort();
    isClosed = true;
    channel.close();
  };
}

function serve(asked: Asked, running: Map<string, Running>, tell: (told: Told) => void): void {
  const { id } = asked;
  if (asked.what === 'read') {
    const stop = new AbortController();
    const source = createSerialKind(asked.config, hostFor(id, tell), asked.limits);
    const pieces = source.read(stop.signal)[Symbol.asyncIterator]();
    running.set(id, { pieces, stop, heardAt: Date.now() });
    return tell({ to: id, what: 'accepted' });
  }
  const one = running.get(id);
  if (!one) return;
  one.heardAt = Date.now();
  if (asked.what === 'stop') one.stop.abort();
  if (asked.what === 'next') void giveNext(id, one, running, tell);
}

async function giveNext(
  id: string,
  { pieces }: Running,
  running: Map<string, Running>,
  tell: (told: Told) => void,
): Promise<void> {
  try {
    const { value, done } = await pieces.next();
    if (!done) return tell({ to: id, what: 'piece', piece: sendable(value) });
    tell({ to: id, what: 'end' });
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'internal';
    tell({ to: id, what: 'failed', code, message: String((error as Error).message) });
  }
  running.delete(id);
}

/** A copy: sending a part of a buffer sends all of it. */
function sendable(piece: SourcePiece): SourcePiece {
  const { content } = piece;
  return content instanceof Uint8Array ? { ...piece, content: new Uint8Array(content) } : piece;
}

function hostFor(to: string, tell: (told: Told) => void): SourceHost {
  return {
    status: (status, detail) => tell({ to, what: 'status', status, detail }),
    dropped: (pieces) => tell({ to, what: 'dropped', pieces }),
    reconnected: () => tell({ to, what: 'reconnected' }),
    // Neither kind asks for these.
    resume: () => null,
    stored: () => {
      throw new Error('A serial line has no stored rows');
    },
  };
}

/** The source, read by the first thread. Throws Failure internal when that does not serve. */
export function createRelayedSource(
  config: SerialSourceConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  return {
    read: async function* (signal) {
      const channel = new BroadcastChannel(CHANNEL);
      const id = randomUUID();
      const inbox = createInbox(channel, id, host);
      const ask = (what: 'next' | 'alive' | 'stop'): void =>
        channel.postMessage({ to: 'first', id, what } satisfies Asked);
      const stop = (): void => ask('stop');
      const alive = setInterval(() => ask('alive'), ALIVE_MS);
      signal.addEventListener('abort', stop);
      try {
        channel.postMessage({ to: 'first', id, what: 'read', config, limits } satisfies Asked);
        await inbox.next(limits.connectMs);
        if (signal.aborted) stop();
        for (;;) {
          ask('next');
          const told = await inbox.next();
          if (told.what === 'failed') throw new Failure(told.code, told.message);
          if (told.what !== 'piece') return;
          yield told.piece;
        }
      } finally {
        signal.removeEventListener('abort', stop);
        clearInterval(alive);
        stop();
        channel.close();
      }
    },
  };
}

interface Inbox {
  /** The next answer. Throws Failure internal when none comes in time. */
  next(limitMs?: number): Promise<Told>;
}

/** Passes on to the host what is for it; one answer at most is under way. */
function createInbox(channel: BroadcastChannel, id: string, host: SourceHost): Inbox {
  const answers: Told[] = [];
  let wake = (): void => undefined;
  channel.onmessage = (event) => {
    const told = event.data as Told;
    if (told.to !== id) return;
    if (told.what === 'status') host.status(told.status, told.detail);
    else if (told.what === 'dropped') host.dropped(told.pieces);
    else if (told.what === 'reconnected') host.reconnected();
    else answers.push(told);
    wake();
  };
  return {
    next: async (limitMs) => {
      const until = limitMs === undefined ? Infinity : Date.now() + limitMs;
      while (answers.length === 0) {
        const leftMs = until - Date.now();
        if (leftMs <= 0) {
          throw new Failure('internal', 'No thread of this process serves serial ports.');
        }
        await within(leftMs, (resolve) => (wake = resolve));
      }
      return answers.shift()!;
    },
  };
}

/** Resolves when it is called back, or after so long. */
async function within(ms: number, call: (resolve: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    if (ms !== Infinity) timer = setTimeout(resolve, ms);
    call(resolve);
  });
  clearTimeout(timer);
}
