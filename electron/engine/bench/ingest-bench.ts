/** How fast rows get into a workspace, by file and by TCP, beside bare inserts of the same rows. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { FeedState } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import { createEngine, type Engine } from '../engine.ts';
import { bareInserts } from '../store/bare-inserts.ts';

const START_MS = Date.UTC(2026, 0, 1);
const ROWS_PER_PIECE = 2000;

export interface IngestRates {
  readonly rows: number;
  readonly channels: number;
  /** Rows per second. */
  readonly bare: number;
  readonly file: number;
  readonly tcp: number;
}

/** version: of the application. */
export async function measureIngest(
  rows: number,
  channels: number,
  version: string,
): Promise<IngestRates> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-bench-'));
  try {
    const batch = recording(rows, channels);
    const path = join(folder, 'rows.csv');
    const out = createWriteStream(path);
    for (const piece of pieces(batch)) if (!out.write(piece)) await once(out, 'drain');
    out.end();
    await once(out, 'finish');
    const bare = rows / bareInserts(join(folder, 'bare.sqlite'), batch);
    const fill = (name: string, source: SourceConfig): Promise<number> =>
      sustained(join(folder, name), version, source, batch);
    const file = await fill('file', { kind: 'file', path, from: 'start' });
    const tcp = await served(batch, (port) =>
      fill('tcp', { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 }),
    );
    return { rows, channels, bare, file, tcp };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface SoakMinute {
  readonly minute: number;
  readonly rssMb: number;
  /** Of the newest stored row behind the sender, the worst of the minute, ms. */
  readonly lagMs: number;
  readonly rowsPerSecond: number;
}

/** A device that sends rows a millisecond apart, as fast as they are old, for so many minutes. */
export async function soakIngest(
  minutes: number,
  channels: number,
  version: string,
  report: (minute: SoakMinute) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-soak-'));
  const server = createServer((socket) => {
    let next = Date.now();
    socket.on('error', () => socket.destroy());
    const timer = setInterval(() => {
      const now = Date.now();
      let text = '';
      for (; next < now; next++) text += lineOf(next, channels);
      if (text && socket.writable) socket.write(text);
    }, 20);
    socket.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const engine = await createEngine({ workspace: folder, shell: 'browser', version });
  try {
    const { port } = server.address() as AddressInfo;
    let worst = 0;
    let rows = 0;
    engine.onEvent((event, payload) => {
      if (event !== 'feed.changed') return;
      const { storedTo, counters } = payload as FeedState;
      if (storedTo !== null) worst = Math.max(worst, Date.now() - storedTo);
      rows = counters.rows;
    });
    await create(engine, { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 }, channels);
    for (let minute = 1; minute <= minutes; minute++) {
      const before = rows;
      worst = 0;
      await wait(60_000);
      const rssMb = process.memoryUsage().rss / 1e6;
      report({ minute, rssMb, lagMs: worst, rowsPerSecond: (rows - before) / 60 });
    }
  } finally {
    await engine.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function recording(rows: number, channels: number): SampleBatch {
  const random = createRandom(1);
  const value = (i: number, k: number): number =>
    Math.round(1e4 * (20 + k + Math.sin(i / 300) + random.uniform())) / 1e4;
  return {
    t: Float64Array.from({ length: rows }, (_, i) => START_MS + i),
    columns: Array.from({ length: channels }, (_, k) =>
      Float64Array.from({ length: rows }, (_, i) => value(i, k)),
    ),
  };
}

function* pieces({ t, columns }: SampleBatch): Generator<string> {
  for (let from = 0; from < t.length; from += ROWS_PER_PIECE) {
    let text = '';
    for (let row = from; row < Math.min(t.length, from + ROWS_PER_PIECE); row++) {
      text += String(t[row]);
      for (const column of columns) text += `,${column[row]}`;
      text += '\n';
    }
    yield text;
  }
}

function lineOf(t: number, channels: number): string {
  let text = String(t);
  for (let k = 0; k < channels; k++) text += `,${(20 + k + Math.sin(t / 300)).toFixed(4)}`;
  return `${text}\n`;
}

async function served(
  batch: SampleBatch,
  measure: (port: number) => Promise<number>,
): Promise<number> {
  // Written beforehand: the sender shares a core with what is measured.
  const texts = Array.from(pieces(batch), (text) => Buffer.from(text));
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void (async () => {
      for (const piece of texts) if (!socket.write(piece)) await once(socket, 'drain');
    })().catch(() => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await measure((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** Rows per second from the first stored batch to the last one: how it goes once it goes. */
async function sustained(
  workspace: string,
  version: string,
  source: SourceConfig,
  { t, columns }: SampleBatch,
): Promise<number> {
  const engine = await createEngine({ workspace, shell: 'browser', version });
  try {
    const done = Promise.withResolvers<void>();
    let from: { readonly t: number; readonly at: number } | null = null;
    engine.onEvent((event, payload) => {
      if (event !== 'feed.changed') return;
      const { storedTo, status, detail } = payload as FeedState;
      if (storedTo !== null) from ??= { t: storedTo, at: performance.now() };
      if (storedTo === t[t.length - 1]) done.resolve();
      if (status === 'failed') done.reject(new Error(detail));
    });
    await create(engine, source, columns.length);
    await done.promise;
    // Rows are a millisecond apart.
    return (1000 * (t[t.length - 1] - from!.t)) / (performance.now() - from!.at);
  } finally {
    await engine.close();
  }
}

function create(engine: Engine, source: SourceConfig, channels: number): Promise<FeedState> {
  const decoder: DecoderConfig = {
    ...{ kind: 'delimited', delimiter: ',', quote: '', decimal: '.', header: false },
    names: ['time', ...Array.from({ length: channels }, (_, k) => `c${k}`)],
    columns: null,
    time: { field: 'time', format: { kind: 'epoch', unit: 'ms' }, timeZone: 'UTC' },
  };
  return engine.live.create({ name: 'Bench', source, decoder });
}
