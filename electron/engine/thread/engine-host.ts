/**
 * Owns the engine's thread: starts it, starts it again when it dies, closes it in good order. The
 * workspace is the engine's state, so a new thread goes on from the last commit; pages stay
 * attached and are told.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer, type Handlers } from '../../../shared/contract/server.ts';
import type { HandedFile } from '../../../shared/contract/shell-api.ts';
import type { Transport } from '../../../shared/contract/transport.ts';
import { workerUrl } from '../worker-url.ts';
import { Relay } from './relay.ts';
import type { Door, OwnerApi, ThreadApi, ThreadOrder } from './thread-api.ts';

/** A thread that dies this often within the span is not started again. */
const RESTARTS_MAX = 5;
const RESTART_SPAN_MS = 60_000;

export interface HostOptions {
  readonly engine: ThreadOrder['engine'];
  readonly owner: Handlers<OwnerApi>;
  /** Lines that the thread and its own threads write. */
  onLog(text: string): void;
  /** `closed` between the death of a thread and the start of the next. */
  onState(state: 'open' | 'closed'): void;
  /** It died again and again; nothing works any more. */
  onGivenUp(reason: string): void;
}

interface Thread {
  readonly worker: Worker;
  readonly client: Client<ThreadApi>;
  readonly exited: Promise<void>;
}

export class EngineHost {
  private options: HostOptions;
  private readonly relays = new Set<Relay>();
  private thread: Thread | null = null;
  private deaths: number[] = [];
  private isClosing = false;

  constructor(options: HostOptions) {
    this.options = options;
  }

  get workspace(): string {
    return this.options.engine.workspace;
  }

  /** Throws Failure, in words, when the workspace cannot be opened; may then be called again. */
  async open(workspace = this.workspace): Promise<void> {
    this.options = { ...this.options, engine: { ...this.options.engine, workspace } };
    this.isClosing = false;
    const thread = this.start();
    try {
      await thread.client.call('open');
    } catch (error) {
      this.isClosing = true;
      await thread.client.call('close').catch(() => undefined);
      await thread.exited;
      throw error;
    }
    this.thread = thread;
    for (const relay of this.relays) relay.connect(thread.worker);
    this.options.onState('open');
  }

  /** What the page sends before the engine is up waits for it. Answers how to detach. */
  attach(door: Door, transport: Transport): () => void {
    const relay = new Relay(door, transport);
    this.relays.add(relay);
    if (this.thread) relay.connect(this.thread.worker);
    return () => {
      this.relays.delete(relay);
      relay.disconnect('The page is gone.');
    };
  }

  async adopt(path: string): Promise<HandedFile> {
    if (!this.thread) throw new Failure('lost', 'The engine is not up.');
    return this.thread.client.call('adopt', path);
  }

  async slept(from: number, to: number): Promise<void> {
    await this.thread?.client.call('slept', from, to);
  }

  /** Waits for commits, but not for ever; past the limit the thread is ended as by a crash. */
  async close(limitMs: number): Promise<void> {
    const { thread } = this;
    this.isClosing = true;
    if (!thread) return;
    const timer = setTimeout(() => {
      this.options.onLog(`The engine did not close within ${limitMs} ms and was ended.\n`);
      void thread.worker.terminate();
    }, limitMs);
    await thread.client.call('close').catch(() => undefined);
    // Their ports would keep the thread.
    this.lose('The engine was closed.');
    await thread.exited;
    clearTimeout(timer);
  }

  private start(): Thread {
    const { port1, port2 } = new MessageChannel();
    createServer<OwnerApi>(portTransport(port1), this.options.owner);
    const workerData: ThreadOrder = { engine: this.options.engine, owner: port2 };
    const worker = new Worker(workerUrl('thread/engine-thread'), {
      workerData,
      transferList: [port2],
      stderr: true,
    });
    worker.stderr.setEncoding('utf8').on('data', (text: string) => this.options.onLog(text));
    const client = createClient<ThreadApi>(portTransport(worker));
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.on('error', (error) => this.options.onLog(`${error.stack ?? error.message}\n`));
    worker.once('exit', (code) => {
      port1.close();
      client.close('The engine stopped.');
      if (!this.isClosing && this.thread?.worker === worker) void this.revive(code);
    });
    return { worker, client, exited };
  }

  private lose(reason: string): void {
    this.thread = null;
    for (const relay of this.relays) relay.disconnect(reason);
    this.options.onState('closed');
  }

  private async revive(code: number): Promise<void> {
    const now = Date.now();
    this.deaths = [...this.deaths.filter((at) => now - at < RESTART_SPAN_MS), now];
    this.options.onLog(`The engine ended unexpectedly (${code}).\n`);
    this.lose('The engine stopped and is being started again.');
    if (this.deaths.length > RESTARTS_MAX) {
      return this.options.onGivenUp(`The engine stopped ${this.deaths.length} times in a minute.`);
    }
    try {
      await this.open();
    } catch (error) {
      this.options.onGivenUp((error as Error).message);
    }
  }
}
