/** The models that score streams as they are filled: kept in the store, at work in one thread. */
import { Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { ModelRole, MonitorState } from '../../../shared/domain/feed-state.ts';
import type { KeptEvent, KeptProblem } from '../../../shared/domain/kept-event.ts';
import type { LearnOptions } from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import { clockOrderOf, withRecogniser } from '../activity/asked-recogniser.ts';
import { log } from '../log.ts';
import type { MonitorCommit, MonitorRecord } from '../store/live-records.ts';
import type { Store } from '../store/store-api.ts';
import { resolveMode } from '../training/learn.ts';
import { selectChannels, trainingRows } from '../training/training-range.ts';
import { workerUrl } from '../worker-url.ts';
import type { MonitorOrders, MonitorWire, PipelineNews } from './monitor-wire.ts';
import { Ribbons, type RibbonListener } from './ribbons.ts';
import { ShapeWatches } from './shape-watches.ts';

/** Rows taken as normal where nothing was said: a stream without an end has no share of it. */
export const LIVE_TRAIN_ROWS = { stream: 750, reference: 1000 } as const;

/** A model that could not go on is taken up again after so long, twice as long each time. */
const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 300_000;

/** A model that cannot go on. */
interface Failing {
  readonly streamId: number;
  /** ms. */
  readonly since: number;
  readonly detail: string;
  retryMs: number;
  timer: NodeJS.Timeout | null;
}

export interface MonitorListener extends RibbonListener {
  changed(monitor: MonitorState): void;
  /** Scores of the stream were stored. */
  scored(streamId: number): void;
  events(events: readonly KeptEvent[], role: ModelRole): void;
  problems(problems: readonly KeptProblem[]): void;
}

const UNTOLD = 'What became of a model could not be kept';

export class Monitors {
  /** Recognisers, beside the models. */
  readonly ribbons: Ribbons;
  private readonly shapes: ShapeWatches;
  private readonly store: Store;
  private readonly listener: MonitorListener;
  private readonly news = new Map<number, PipelineNews>();
  private readonly atWork = new Map<number, MonitorRecord>();
  private readonly failing = new Map<number, Failing>();
  private thread: { readonly worker: Worker; readonly client: Client<MonitorOrders> } | null = null;

  constructor(store: Store, listener: MonitorListener) {
    this.store = store;
    this.listener = listener;
    this.ribbons = new Ribbons(store, () => this.running().client, listener);
    this.shapes = new ShapeWatches(store, listener);
  }

  /** Takes up what a former engine left; `only`: the models of these streams. */
  async openAll(only?: readonly number[]): Promise<void> {
    for (const record of await this.store.read['monitor.list']()) {
      if (!(only?.includes(record.streamId) ?? true)) continue;
      await this.closeLeft(record.streamId);
      await this.openOrTell(record);
    }
    await this.ribbons.openAll(only);
  }

  /** A model that learns from the first stored row on, and goes on with what comes. */
  async start(streamId: number, options: LearnOptions, role: ModelRole): Promise<MonitorState> {
    const stream = await this.store.read['stream.get'](streamId);
    const channels = selectChannels(stream, options.channels).map((k) => stream.channels[k].name);
    const asked = await withRecogniser(this.store, stream, options);
    const whole = await this.resolved(stream, asked, channels.length);
    const record = await this.store.write['monitor.create'](streamId, channels, whole, role);
    await this.open(record);
    return this.stateOf(record);
  }

  /** Takes up models that were learnt from stored rows; older active ones of the stream rest. */
  async adopt(streamId: number): Promise<void> {
    const records = await this.store.read['monitor.list']();
    const own = records.filter((record) => record.streamId === streamId);
    const newest = own.at(-1);
    for (const { modelId, role } of own) {
      if (modelId !== newest?.modelId && role === 'active') await this.setRole(modelId, 'off');
    }
    if (newest) await this.open(newest);
  }

  async list(streamId: number): Promise<readonly MonitorState[]> {
    const records = await this.store.read['monitor.list']();
    return records.filter((one) => one.streamId === streamId).map((one) => this.stateOf(one));
  }

  async setRole(modelId: number, role: ModelRole): Promise<void> {
    await this.store.write['model.role'](modelId, role);
    const records = await this.store.read['monitor.list']();
    const record = records.find((one) => one.modelId === modelId);
    if (!record) return;
    if (role === 'off') await this.close(modelId);
    else await this.open(record);
    this.listener.changed(this.stateOf(record));
  }

  /** Rows of the stream were stored. */
  stored(streamId: number): void {
    void this.thread?.client.call('stored', streamId).catch(() => undefined);
  }

  async closeOf(streamId: number): Promise<void> {
    for (const record of [...this.atWork.values()]) {
      if (record.streamId === streamId) await this.close(record.modelId);
    }
    await this.ribbons.closeOf(streamId);
  }

  async closeAll(): Promise<void> {
    for (const modelId of [...this.atWork.keys()]) await this.close(modelId);
    await this.ribbons.closeAll();
    await this.shapes.closeAll();
    const { thread } = this;
    this.thread = null;
    await thread?.worker.terminate();
    for (const { timer } of this.failing.values()) clearTimeout(timer ?? undefined);
    this.failing.clear();
  }

  private async open(record: MonitorRecord): Promise<void> {
    const { modelId, streamId, role, options, channels } = record;
    if (role === 'off') return;
    if (this.atWork.has(modelId)) {
      this.atWork.set(modelId, record);
      await this.shapes.open(record);
      return;
    }
    this.atWork.set(modelId, record);
    const stream = await this.store.read['stream.get'](streamId);
    const { mode } = resolveMode(options, channels.length);
    await this.running().client.call('open', {
      ...{ modelId, streamId, options, mode, channels },
      columns: channels.map((name) => stream.channels.findIndex((one) => one.name === name)),
      hasTime: stream.hasTime,
      trainRows: options.trainRows ?? LIVE_TRAIN_ROWS[mode],
      from: options.train?.from ?? stream.range?.from ?? 0,
      clock: await clockOrderOf(this.store, stream, options),
      saved: await this.store.read['monitor.state'](modelId),
      scoredTo: record.scoredTo,
    });
    await this.shapes.open(record);
    this.listener.changed(this.stateOf(record));
  }

  /** With everything decided that must be the same after a restart. */
  private async resolved(
    stream: StreamInfo,
    options: LearnOptions,
    channels: number,
  ): Promise<LearnOptions> {
    const { mode, reason: modeReason } = resolveMode(options, channels);
    const decided = { ...options, mode, modeReason };
    const from = options.train?.from ?? stream.range?.from ?? 0;
    if (options.trainRows !== undefined || !options.train) {
      const trainRows = options.trainRows ?? LIVE_TRAIN_ROWS[mode];
      return { ...decided, trainRows, train: { from, to: Number.MAX_SAFE_INTEGER } };
    }
    const rows = (after: number, limit: number): ReturnType<Store['read']['stream.rows']> =>
      this.store.read['stream.rows'](stream.id, after, limit);
    const range = await trainingRows({ stream, options, rows }, mode);
    return { ...decided, trainRows: range.rows, train: { from: range.from, to: range.to } };
  }

  /** Problems of models that a former engine left open: whether they are still there will show. */
  private async closeLeft(streamId: number): Promise<void> {
    const left = (await this.store.read['problem.open'](streamId)).filter(
      ({ kind, start }) =>
        kind === 'model' && ![...this.failing.values()].some((one) => one.since === start),
    );
    if (left.length === 0) return;
    const closed = left.map(({ kind, channel, start, found, expected, detail }) => {
      return { kind, channel, start, end: Date.now(), found, expected, detail, isOpen: false };
    });
    this.listener.problems(await this.store.write['problem.put'](streamId, closed));
  }

  private async openOrTell(record: MonitorRecord): Promise<void> {
    try {
      await this.open(record);
    } catch (error) {
      this.told(record.modelId, { phase: 'failed', scoredTo: null, detail: wordsOf(error) });
    }
  }

  private async close(modelId: number): Promise<void> {
    await this.recovered(modelId);
    await this.thread?.client.call('close', modelId).catch(() => undefined);
    await this.shapes.close(modelId);
    this.atWork.delete(modelId);
  }

  private running(): NonNullable<Monitors['thread']> {
    if (this.thread) return this.thread;
    const worker = new Worker(workerUrl('monitor/monitor-worker'));
    const transport = portTransport(worker);
    const client = createClient<MonitorOrders>(transport);
    const { read } = this.store;
    createServer<MonitorWire>(transport, {
      rows: (streamId, after, limit) => read['stream.rows'](streamId, after, limit),
      scored: (...asked) => this.scored(...asked),
      commit: (modelId, done) => this.commit(modelId, done),
      segments: (...told) => this.ribbons.commit(...told),
      tell: (modelId, news) => this.told(modelId, news),
      failed: (...told) => this.ribbons.failed(...told),
    });
    worker.on('error', (error) => this.lost(error));
    this.thread = { worker, client };
    return this.thread;
  }

  private async scored(modelId: number, after: number, limit: number): Promise<SampleBatch> {
    const { read } = this.store;
    if (!this.atWork.get(modelId)?.options.recogniser) {
      return { t: await read['score.times'](modelId, after, limit), columns: [] };
    }
    const { t, columns } = await read['score.rows'](modelId, after, limit);
    return { t, columns: columns.slice(-1) };
  }

  private async commit(modelId: number, done: MonitorCommit): Promise<void> {
    const { events, problems } = await this.store.write['monitor.commit'](modelId, done);
    if (problems.length > 0) this.listener.problems(problems);
    const record = this.atWork.get(modelId);
    if (!record) return;
    if (events.length > 0) this.listener.events(events, record.role);
    this.listener.scored(record.streamId);
    if (done.card) await this.shapes.open(record);
    this.shapes.scored(record.streamId);
  }

  private told(modelId: number, news: PipelineNews): void {
    const before = this.news.get(modelId);
    this.news.set(modelId, news);
    const record = this.atWork.get(modelId);
    if (!record) return;
    if (news.phase !== before?.phase) this.listener.changed(this.stateOf(record));
    if (news.phase === 'failed') this.failed(record, news.detail);
    else if (before?.phase === 'failed') {
      void this.recovered(modelId).catch((error: unknown) => log.error(UNTOLD, error));
    }
  }

  /** It is told, and tried again: what was wrong may pass. */
  private failed({ modelId, streamId }: MonitorRecord, detail: string): void {
    const known = this.failing.get(modelId);
    const failing = known ?? {
      ...{ streamId, since: Date.now(), detail, timer: null },
      retryMs: RETRY_FIRST_MS,
    };
    this.failing.set(modelId, failing);
    if (!known) {
      void this.put(failing, true).catch((error: unknown) => log.error(UNTOLD, error));
    }
    failing.timer = setTimeout(() => void this.again(modelId), failing.retryMs).unref();
    failing.retryMs = Math.min(2 * failing.retryMs, RETRY_MAX_MS);
  }

  private async again(modelId: number): Promise<void> {
    const records = await this.store.read['monitor.list']().catch(() => []);
    const record = records.find((one) => one.modelId === modelId) ?? this.atWork.get(modelId);
    if (!this.failing.has(modelId) || !record) return;
    this.atWork.delete(modelId);
    await this.openOrTell(record);
  }

  private async recovered(modelId: number): Promise<void> {
    const failing = this.failing.get(modelId);
    if (!failing) return;
    this.failing.delete(modelId);
    clearTimeout(failing.timer ?? undefined);
    await this.put(failing, false);
  }

  private async put({ streamId, since, detail }: Failing, isOpen: boolean): Promise<void> {
    const at = { start: since, end: Date.now(), found: 0, expected: 0, detail };
    const problem = { kind: 'model', channel: '', ...at, isOpen } as const;
    this.listener.problems(await this.store.write['problem.put'](streamId, [problem]));
  }

  /** The thread is gone: another one takes all models up from what they saved. */
  private lost(error: Error): void {
    log.error('The thread that scores ended unexpectedly', error);
    this.thread?.client.close('The thread that scores ended.');
    this.thread = null;
    const streams = new Set([...this.atWork.values()].map(({ streamId }) => streamId));
    this.atWork.clear();
    const reopened = Promise.all([this.openAll([...streams]), this.ribbons.reopen()]);
    reopened.catch((failure: unknown) => {
      log.error('Models could not be taken up again', failure);
    });
  }

  private stateOf({ modelId, streamId, role, hasCard, scoredTo }: MonitorRecord): MonitorState {
    const news = this.news.get(modelId) ?? {
      phase: hasCard ? ('scoring' as const) : ('learning' as const),
      ...{ scoredTo, detail: '' },
    };
    return { modelId, streamId, role, ...news, scoredTo: news.scoredTo ?? scoredTo };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
