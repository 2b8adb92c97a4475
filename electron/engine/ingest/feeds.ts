/**
 * The feeds of a workspace: kept in the store, run in a thread of their own, started again with the
 * engine. Nothing of a feed lives only here.
 */
import { Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { FeedPreview, FeedState, NewFeed } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { KeptProblem } from '../../../shared/domain/kept-event.ts';
import { log } from '../log.ts';
import type { Secrets } from '../secrets.ts';
import { feedSecretName, type FeedRecord, type FeedReceipt } from '../store/live-records.ts';
import type { Store } from '../store/store-api.ts';
import { workerUrl } from '../worker-url.ts';
import type { FeedLeft, FeedNews } from './feed-place.ts';
import { hasSecretKept, secretOf, withSecret, withSecretKept } from './feed-secrets.ts';
import { feedStateOf } from './feed-shown.ts';
import type { FeedOrders, FeedWire, StoredRows } from './feed-wire.ts';

const ROWS_PER_READ = 4096;

export interface FeedListener {
  changed(feed: FeedState): void;
  /** Rows of the stream were stored. */
  stored(streamId: number, receipt: FeedReceipt): void;
  problems(problems: readonly KeptProblem[]): void;
}

interface Live {
  record: FeedRecord;
  news: FeedNews | null;
  /** A former end in words; null while it runs or never failed. */
  failure: string | null;
  isRunning: boolean;
}

export class Feeds {
  private readonly store: Store;
  private readonly secrets: Secrets;
  private readonly listener: FeedListener;
  private readonly live = new Map<number, Live>();
  private thread: { readonly worker: Worker; readonly client: Client<FeedOrders> } | null = null;

  constructor(store: Store, secrets: Secrets, listener: FeedListener) {
    this.store = store;
    this.secrets = secrets;
    this.listener = listener;
  }

  /** Opens what was not paused; `only`: these feeds. */
  async openAll(only?: readonly number[]): Promise<void> {
    for (const record of await this.store.read['feed.list']()) {
      this.live.set(record.id, { record, news: null, failure: null, isRunning: false });
      await this.sealPlain(record);
      if (!record.isPaused && (only?.includes(record.id) ?? true)) await this.openOrTell(record.id);
    }
  }

  async list(): Promise<readonly FeedState[]> {
    const records = await this.store.read['feed.list']();
    return records.map((record) => {
      const live = this.live.get(record.id);
      return feedStateOf(record, live?.news ?? null, live?.failure ?? null);
    });
  }

  /** Keeps the feed and starts it. */
  async create(feed: NewFeed): Promise<FeedState> {
    const plain = secretOf(feed.source);
    const { feedId } = plain
      ? await this.store.write['feed.create'](
          { ...feed, source: withSecretKept(feed.source) },
          await this.secrets.seal(plain),
        )
      : await this.store.write['feed.create'](feed, null);
    await this.open(feedId);
    return this.state(feedId);
  }

  preview(source: SourceConfig, decoder: DecoderConfig | null, ms: number): Promise<FeedPreview> {
    return this.running().client.call('preview', source, decoder, ms);
  }

  async pause(id: number): Promise<void> {
    await this.store.write['feed.change'](id, { isPaused: true });
    await this.close(id);
    await this.tellChanged(id);
  }

  async resume(id: number): Promise<void> {
    await this.store.write['feed.change'](id, { isPaused: false });
    await this.open(id);
  }

  /** The stream and all that was stored stay. */
  async remove(id: number): Promise<void> {
    await this.close(id);
    await this.store.write['feed.remove'](id);
    this.live.delete(id);
  }

  /** For a stream that is hidden or gone. */
  async closeOf(streamId: number): Promise<void> {
    for (const { record } of [...this.live.values()]) {
      if (record.streamId === streamId) await this.close(record.id);
    }
  }

  /** Opens the feed of a stream that is back, unless it was paused. */
  async openOf(streamId: number): Promise<void> {
    const records = await this.store.read['feed.list']();
    const record = records.find((one) => one.streamId === streamId && !one.isPaused);
    if (record) await this.open(record.id);
  }

  async state(id: number): Promise<FeedState> {
    const found = (await this.list()).find((feed) => feed.id === id);
    if (!found) throw new Failure('not-found', `There is no feed ${id}; it may have been removed.`);
    return found;
  }

  /** Stores what the feeds hold and ends their thread. */
  async closeAll(): Promise<void> {
    for (const id of this.live.keys()) await this.close(id);
    const { thread } = this;
    this.thread = null;
    await thread?.worker.terminate();
  }

  private async open(id: number): Promise<void> {
    if (this.live.get(id)?.isRunning) return;
    const record = (await this.store.read['feed.list']()).find((one) => one.id === id);
    if (!record)
      throw new Failure('not-found', `There is no feed ${id}; it may have been removed.`);
    const whole = await this.withItsSecret(record);
    this.live.set(id, { record, news: null, failure: null, isRunning: true });
    const { client, worker } = this.running();
    if (record.source.kind === 'stdin') process.stdin.pipe(worker.stdin!);
    await client.call('open', { record: whole, left: await this.leftOf(record) });
    await this.tellChanged(id);
  }

  /** One that cannot be opened does not keep the others from it. */
  private async openOrTell(id: number): Promise<void> {
    try {
      await this.open(id);
    } catch (error) {
      const live = this.live.get(id);
      if (live) live.failure = error instanceof Error ? error.message : String(error);
      await this.tellChanged(id);
    }
  }

  private async withItsSecret(record: FeedRecord): Promise<FeedRecord> {
    const { id, source } = record;
    if (!hasSecretKept(source)) return record;
    return { ...record, source: withSecret(source, await this.secrets.get(feedSecretName(id))) };
  }

  /** Feeds of former versions have theirs in the clear. */
  private async sealPlain({ id, source }: FeedRecord): Promise<void> {
    const plain = secretOf(source);
    if (plain === '') return;
    await this.store.write['feed.seal'](id, withSecretKept(source), await this.secrets.seal(plain));
  }

  private async leftOf({ streamId }: FeedRecord): Promise<FeedLeft> {
    const stream = await this.store.read['stream.get'](streamId);
    const open = await this.store.read['problem.open'](streamId);
    // Those of models are not its own.
    const problems = open.filter(({ kind }) => kind !== 'model');
    return {
      storedTo: stream.range?.to ?? null,
      periodMs: stream.rows > 1 ? stream.periodMs : null,
      problems: problems.map(({ kind, channel, start, end, found, expected, detail, isOpen }) => {
        return { kind, channel, start, end, found, expected, detail, isOpen };
      }),
    };
  }

  private async close(id: number): Promise<void> {
    const live = this.live.get(id);
    if (!live?.isRunning) return;
    await this.thread?.client.call('close', id);
    live.isRunning = false;
  }

  private running(): NonNullable<Feeds['thread']> {
    if (this.thread) return this.thread;
    const worker = new Worker(workerUrl('ingest/feed-worker'), { stdin: true });
    const transport = portTransport(worker);
    const client = createClient<FeedOrders>(transport);
    createServer<FeedWire>(transport, {
      commit: (id, commit) => this.commit(id, commit),
      keepDecoder: (id, decoder) => this.store.write['feed.change'](id, { decoder }),
      tell: (id, news) => this.told(id, news),
      ended: (id, failure) => this.ended(id, failure),
      rows: (stream, after) => this.rowsOf(stream, after),
    });
    worker.on('error', (error) => this.lost(error));
    this.thread = { worker, client };
    return this.thread;
  }

  private async commit(
    id: number,
    commit: Parameters<FeedWire['commit']>[1],
  ): Promise<FeedReceipt> {
    const live = this.live.get(id);
    const receipt = await this.store.write['feed.commit'](id, commit);
    if (live) this.listener.stored(live.record.streamId, receipt);
    if (receipt.problems.length > 0) this.listener.problems(receipt.problems);
    return receipt;
  }

  private told(id: number, news: FeedNews): void {
    const live = this.live.get(id);
    if (!live) return;
    live.news = news;
    this.listener.changed(feedStateOf(live.record, news, live.failure));
  }

  private async ended(id: number, failure: { message: string } | null): Promise<void> {
    const live = this.live.get(id);
    if (!live) return;
    live.isRunning = false;
    live.failure = failure?.message ?? null;
    await this.tellChanged(id);
  }

  /** The thread is gone: all feeds begin anew in another one. */
  private lost(error: Error): void {
    log.error('The thread of the feeds ended unexpectedly', error);
    this.thread?.client.close('The thread of the feeds ended.');
    this.thread = null;
    for (const live of this.live.values()) {
      if (!live.isRunning) continue;
      live.isRunning = false;
      void this.open(live.record.id).catch((failure: Error) => (live.failure = failure.message));
    }
  }

  private async tellChanged(id: number): Promise<void> {
    const state = (await this.list()).find((feed) => feed.id === id);
    if (state) this.listener.changed(state);
  }

  private async rowsOf(stream: string, after: number): Promise<StoredRows | null> {
    const all = await this.store.read['stream.list']();
    const found = all.find(({ id, name }) => name === stream || String(id) === stream);
    if (!found) return null;
    const batch = await this.store.read['stream.rows'](found.id, after, ROWS_PER_READ);
    return { names: found.channels.map(({ name }) => name), batch };
  }
}
