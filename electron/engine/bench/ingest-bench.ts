/** How fast rows get into a workspace, by file and by TCP, beside bare inserts of the same rows. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { FeedState } from '../../../shared/domain/feed-state.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { quantile } from '../../../shared/math/stats.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import { createEngine } from '../engine.ts';
import { createBenchFeed } from './bench-feed.ts';
import { bareInserts } from '../store/bare-inserts.ts';

const START_MS = Date.UTC(2026, 0, 1);
const ROWS_PER_PIECE = 2000;

export const INGEST_WAYS = ['bare', 'file', 'tcp'] as const;

/** Rows per second, one after another on the same machine. */
export type IngestRound = Readonly<Record<(typeof INGEST_WAYS)[number], number>>;

/** Medians over the rounds. */
export interface IngestSummary {
  readonly rates: IngestRound;
  /** Of the bare rate of the same round. */
  readonly ofBare: IngestRound;
}

/**
 * So many rounds, `report`ed as they end. Within a round each way stands beside the bare inserts,
 * so that a machine that is slow for a while is slow for all. version: of the application.
 */
export async function measureIngest(
  { rows, channels, rounds }: { rows: number; channels: number; rounds: number },
  version: string,
  report: (round: IngestRound) => void,
): Promise<IngestSummary> {
  const done: IngestRound[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-bench-'));
  try {
    const batch = recording(rows, channels);
    const path = join(folder, 'rows.csv');
    const out = createWriteStream(path);
    for (const piece of pieces(batch)) if (!out.write(piece)) await once(out, 'drain');
    out.end();
    await once(out, 'finish');
    // Written beforehand: the sender shares a core with what is measured.
    const texts = Array.from(pieces(batch), (text) => Buffer.from(text));
    for (let round = 0; round < rounds; round++) {
      const at = join(folder, String(round));
      await mkdir(at);
      done.push(await measureRound(at, { batch, path, texts }, version));
      report(done.at(-1)!);
      await rm(at, { recursive: true, force: true });
    }
    const medians = (of: (round: IngestRound, way: keyof IngestRound) => number): IngestRound => {
      const median = (way: keyof IngestRound): number =>
        quantile(
          Float64Array.from(done, (round) => of(round, way)),
          0.5,
        );
      return { bare: median('bare'), file: median('file'), tcp: median('tcp') };
    };
    return {
      rates: medians((round, way) => round[way]),
      ofBare: medians((round, way) => round[way] / round.bare),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Recording {
  readonly batch: SampleBatch;
  /** The same rows as a file, and as pieces for a socket. */
  readonly path: string;
  readonly texts: readonly Buffer[];
}

async function measureRound(
  folder: string,
  { batch, path, texts }: Recording,
  version: string,
): Promise<IngestRound> {
  const rows = batch.t.length;
  const fill = (name: string, source: SourceConfig): Promise<number> =>
    sustained(join(folder, name), version, source, batch);
  const before = bareInserts(join(folder, 'before.sqlite'), batch);
  const file = await fill('file', { kind: 'file', path, from: 'start' });
  const tcp = await served(texts, (port) =>
    fill('tcp', { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 }),
  );
  const after = bareInserts(join(folder, 'after.sqlite'), batch);
  return { bare: (2 * rows) / (before + after), file, tcp };
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

async function served(
  texts: readonly Buffer[],
  measure: (port: number) => Promise<number>,
): Promise<number> {
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
    await createBenchFeed(engine, source, columns.length);
    await done.promise;
    // Rows are a millisecond apart.
    return (1000 * (t[t.length - 1] - from!.t)) / (performance.now() - from!.at);
  } finally {
    await engine.close();
  }
}
