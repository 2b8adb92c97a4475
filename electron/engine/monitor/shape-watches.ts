/** Watches for odd shapes that go with live models, in one thread of their own. */
import { Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { KeptProblem } from '../../../shared/domain/kept-event.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { log } from '../log.ts';
import type { MonitorRecord, ShapeCommit } from '../store/live-records.ts';
import type { Store } from '../store/store-api.ts';
import { workerUrl } from '../worker-url.ts';
import type { ShapeOrders, ShapeWire } from './monitor-wire.ts';
import { shapeOrder } from './shape-pipeline.ts';

const RETRY_MS = 5000;

export interface ShapeListener {
  /** Shapes of a model that alarms, as they open, go on and close. */
  problems(problems: readonly KeptProblem[]): void;
  /** Something about the stream was stored. */
  scored(streamId: number): void;
}

interface AtWork {
  readonly record: MonitorRecord;
  /** ms; what began before was history when the model was learnt. */
  readonly historyTo: number;
}

export class ShapeWatches {
  private readonly store: Store;
  private readonly listener: ShapeListener;
  private readonly atWork = new Map<number, AtWork>();
  private readonly retries = new Set<NodeJS.Timeout>();
  private thread: { readonly worker: Worker; readonly client: Client<ShapeOrders> } | null = null;

  constructor(store: Store, listener: ShapeListener) {
    this.store = store;
    this.listener = listener;
  }

  /** Nothing happens where the model is not learnt yet, or watches nothing. */
  async open(record: MonitorRecord): Promise<void> {
    const { modelId, streamId } = record;
    const { read, write } = this.store;
    const known = this.atWork.get(modelId);
    if (known) {
      // Its role may be another.
      this.atWork.set(modelId, { ...known, record });
      return;
    }
    const card = (await read['model.list'](streamId)).find((one) => one.card.id === modelId)?.card;
    if (!card) return;
    const stream = await read['stream.get'](streamId);
    const order = shapeOrder(card, stream, modelId, await read['shapes.state'](modelId));
    if (!order || this.atWork.has(modelId)) return;
    this.atWork.set(modelId, { record, historyTo: card.historyTo ?? -Infinity });
    // From now on its rows are kept until it has seen them.
    await write['shapes.commit'](modelId, { found: [], state: null, savedTo: order.from });
    await this.running().client.call('open', order);
  }

  /** Rows of the stream have scores. */
  scored(streamId: number): void {
    void this.thread?.client.call('scored', streamId).catch(() => undefined);
  }

  /** Resolves when it has saved its state. */
  async close(modelId: number): Promise<void> {
    if (!this.atWork.delete(modelId)) return;
    await this.thread?.client.call('close', modelId).catch(() => undefined);
  }

  async closeAll(): Promise<void> {
    for (const timer of this.retries) clearTimeout(timer);
    for (const modelId of [...this.atWork.keys()]) await this.close(modelId);
    const { thread } = this;
    this.thread = null;
    await thread?.worker.terminate();
  }

  private running(): NonNullable<ShapeWatches['thread']> {
    if (this.thread) return this.thread;
    const worker = new Worker(workerUrl('monitor/shape-worker'));
    const transport = portTransport(worker);
    const client = createClient<ShapeOrders>(transport);
    createServer<ShapeWire>(transport, {
      rows: (...asked) => this.rows(...asked),
      commit: (modelId, done) => this.commit(modelId, done),
      failed: (modelId, detail) => this.failed(modelId, detail),
    });
    worker.on('error', (error) => this.lost(error));
    this.thread = { worker, client };
    return this.thread;
  }

  /** Of a row that came late nothing is scored, and nothing is marked. */
  private async rows(
    modelId: number,
    streamId: number,
    after: number,
    limit: number,
  ): Promise<SampleBatch> {
    const { read } = this.store;
    const times = await read['score.times'](modelId, after, limit);
    const { t, columns } = await read['stream.rows'](streamId, after, limit);
    const scored = new Set(times);
    const rows = [...t.keys()].filter((row) => scored.has(t[row]));
    return {
      t: Float64Array.from(rows, (row) => t[row]),
      columns: columns.map((column) => Float64Array.from(rows, (row) => column[row])),
    };
  }

  private async commit(modelId: number, done: ShapeCommit): Promise<void> {
    const problems = await this.store.write['shapes.commit'](modelId, done);
    const known = this.atWork.get(modelId);
    if (!known || problems.length === 0) return;
    const { role, streamId } = known.record;
    const isNews = ({ start }: KeptProblem): boolean => start > known.historyTo;
    // A shadow keeps what it finds, but nobody is alarmed.
    if (role === 'active') this.listener.problems(problems.filter(isNews));
    this.listener.scored(streamId);
  }

  private failed(modelId: number, detail: string): void {
    log.error(`The watch for odd shapes of model ${modelId} could not go on: ${detail}`);
    const known = this.atWork.get(modelId);
    this.atWork.delete(modelId);
    if (known) this.again([known]);
  }

  /** The thread is gone: another one takes all up from what they saved. */
  private lost(error: Error): void {
    log.error('The thread that watches for odd shapes ended unexpectedly', error);
    this.thread?.client.close('The thread that watches for odd shapes ended.');
    this.thread = null;
    const left = [...this.atWork.values()];
    this.atWork.clear();
    this.again(left);
  }

  /** What was wrong may pass. */
  private again(left: readonly AtWork[]): void {
    const timer = setTimeout(() => {
      this.retries.delete(timer);
      for (const { record } of left) {
        this.open(record).catch((error: unknown) => {
          log.error(`Odd shapes of model ${record.modelId} are not watched`, error);
        });
      }
    }, RETRY_MS).unref();
    this.retries.add(timer);
  }
}
