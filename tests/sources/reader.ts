/** Reads a source as ingest would: decodes, keeps rows and states, may be slow. */
import { once, EventEmitter } from 'node:events';
import { createDecoder } from '../../shared/decode/create-decoder.ts';
import type { Decoder, RowSink } from '../../shared/decode/decoder.ts';
import type { DecoderConfig, SourceConfig, SourceStatus } from '../../shared/domain/feed.ts';
import { createSource } from '../../electron/engine/sources/create-source.ts';
import { SOURCE_LIMITS, type SourceLimits } from '../../electron/engine/sources/source-limits.ts';
import type { SourceHost, SourcePiece, SourceRows } from '../../electron/engine/sources/source.ts';

/** Waits are short, so that tests are. */
export const QUICK: SourceLimits = {
  ...SOURCE_LIMITS,
  retryFirstMs: 20,
  retryMaxMs: 100,
  modbusReplyMs: 500,
  serialCheckMs: 20,
  filePollMs: 10,
  folderPollMs: 20,
};

export interface ReaderOptions {
  readonly decoder?: DecoderConfig;
  readonly limits?: SourceLimits;
  readonly resume?: (origin: string) => string | null;
  readonly stored?: SourceHost['stored'];
  /** False: pieces wait to be acknowledged by the test. */
  readonly acknowledge?: boolean;
}

export interface Row {
  readonly t: number;
  readonly names: readonly string[];
  readonly values: readonly number[];
}

export class SourceReader {
  readonly pieces: SourcePiece[] = [];
  readonly rows: Row[] = [];
  readonly bad: string[] = [];
  readonly states: { status: SourceStatus; detail: string }[] = [];
  readonly positions = new Map<string, string>();
  dropped = 0;
  reconnects = 0;
  error: Error | null = null;
  readonly #events = new EventEmitter();
  readonly #stop = new AbortController();
  readonly #options: ReaderOptions;
  readonly #decoders = new Map<string, Decoder>();
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => undefined;
  readonly #done: Promise<void>;

  constructor(config: SourceConfig, options: ReaderOptions = {}) {
    this.#options = options;
    this.#events.setMaxListeners(0);
    this.#done = this.#read(config);
  }

  /** Takes no further piece until `goOn`. */
  pause(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  goOn(): void {
    this.#open();
  }

  /** Resolves once it holds; looks whenever anything happens. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.error) throw this.error;
      await once(this.#events, 'news');
    }
  }

  async isOpen(): Promise<void> {
    await this.until(() => this.states.at(-1)?.status === 'open');
  }

  timesOpen(): number {
    const isNew = (i: number): boolean => this.states[i - 1]?.status !== 'open';
    return this.states.filter(({ status }, i) => status === 'open' && isNew(i)).length;
  }

  /** The first value of each row that has any. */
  firsts(): number[] {
    return this.rows.map(({ values }) => values[0]!).filter((value) => !Number.isNaN(value));
  }

  async stop(): Promise<void> {
    this.#open();
    this.#stop.abort();
    await this.#done;
  }

  /** Resolves when the source ends by itself. */
  async ended(): Promise<void> {
    await this.#done;
  }

  async #read(config: SourceConfig): Promise<void> {
    try {
      const source = createSource(config, this.#host(), this.#options.limits ?? QUICK);
      for await (const piece of source.read(this.#stop.signal)) {
        this.#take(piece);
        this.#events.emit('news');
        await this.#gate;
      }
    } catch (error) {
      this.error = error as Error;
    }
    this.#events.emit('news');
  }

  #host(): SourceHost {
    const news = (): void => void this.#events.emit('news');
    return {
      status: (status, detail) => {
        this.states.push({ status, detail });
        news();
      },
      dropped: (pieces) => {
        this.dropped += pieces;
        news();
      },
      reconnected: () => {
        this.reconnects++;
        news();
      },
      resume: this.#options.resume ?? (() => null),
      stored: this.#options.stored ?? (() => noRows()),
    };
  }

  #take(piece: SourcePiece): void {
    this.pieces.push(piece);
    const { content, origin, position } = piece;
    if (position !== undefined) this.positions.set(origin, position);
    if (content instanceof Uint8Array) this.#decode(piece, content);
    else this.#keep(content);
    if (this.#options.acknowledge !== false) piece.acknowledge?.();
  }

  #decode({ origin, subject, complete, joined }: SourcePiece, bytes: Uint8Array): void {
    const config = this.#options.decoder ?? { kind: 'numbers', names: null, time: null };
    const decoder = this.#decoders.get(origin) ?? createDecoder(config, { subject, now: Date.now });
    this.#decoders.set(origin, decoder);
    const sink: RowSink = {
      row: (t, names, values) => this.rows.push({ t, names, values: Array.from(values) }),
      bad: (text) => this.bad.push(text),
    };
    if (joined) decoder.join();
    decoder.push(bytes, sink);
    if (complete) decoder.end(sink);
  }

  #keep({ names, t, columns }: SourceRows): void {
    t.forEach((time, i) => {
      this.rows.push({ t: time, names, values: columns.map((column) => column[i]!) });
    });
  }
}

async function* noRows(): AsyncGenerator<SourceRows> {
  // A stream without a row.
}
