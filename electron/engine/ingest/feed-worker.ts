/** Thread that runs the feeds: sources are read and decoded here, the engine stores. */
import { parentPort } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import { createDecoder } from '../../../shared/decode/create-decoder.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { createSource } from '../sources/create-source.ts';
import type { SourceRows } from '../sources/source.ts';
import type { FeedPlace } from './feed-place.ts';
import { FeedRun } from './feed-run.ts';
import type { FeedOrders, FeedWire } from './feed-wire.ts';
import { previewFeed } from './preview.ts';
import { proposeDecoder } from './propose-decoder.ts';

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

const transport = portTransport(parentPort!);
const engine = createClient<FeedWire>(transport);
const running = new Map<number, Running>();

async function* stored(stream: string): AsyncGenerator<SourceRows> {
  for (let after = -Infinity; ;) {
    const rows = await engine.call('rows', stream, after);
    if (!rows) throw new Failure('not-found', `There is no stream ${stream} to replay.`);
    const { names, batch } = rows;
    if (batch.t.length === 0) return;
    after = batch.t[batch.t.length - 1];
    yield { names, t: batch.t, columns: batch.columns };
  }
}

function placeOf(feedId: number): FeedPlace {
  return {
    createSource,
    createDecoder: (config, subject) => createDecoder(config, { subject, now: Date.now }),
    propose: proposeDecoder,
    // Columns move with the message; the feed keeps its own until they are stored.
    commit: (commit) => engine.call('commit', feedId, { ...commit, batch: copyOf(commit.batch) }),
    keepDecoder: (config) => engine.call('keepDecoder', feedId, config),
    stored,
    tell: (news) => void engine.call('tell', feedId, news),
    now: Date.now,
  };
}

function copyOf({ t, columns }: SampleBatch): SampleBatch {
  return { t: t.slice(), columns: columns.map((column) => column.slice()) };
}

createServer<FeedOrders>(transport, {
  open: (order) => {
    const { id } = order.record;
    const stop = new AbortController();
    const end = async (failure: unknown): Promise<void> => {
      running.delete(id);
      await engine.call('ended', id, failure === null ? null : failureOf(failure));
    };
    const ended = new FeedRun(order, placeOf(id)).run(stop.signal).then(
      () => end(null),
      (error: unknown) => end(error),
    );
    running.set(id, { stop, ended });
  },
  close: async (feedId) => {
    const feed = running.get(feedId);
    feed?.stop.abort();
    await feed?.ended;
  },
  preview: (source, decoder, ms) => previewFeed(source, decoder, ms, placeOf(0)),
});

/** A config that describes nothing is refused by RangeError. */
function failureOf(error: unknown): { code: Failure['code']; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (error instanceof RangeError) return { code: 'bad-usage', message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: detail };
}
