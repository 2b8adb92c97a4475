/**
 * A feed at work: pieces are pulled, decoded and collected; every tenth of a second, or when enough
 * came, what was collected is stored in one transaction, and only then are its pieces acknowledged.
 * One batch is stored while the next is collected; when that is full too, nothing is pulled. While
 * nothing can be stored the feed rests and tries again, and what it holds is not lost.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../../shared/contract/failure.ts';
import type { DecoderConfig, SourceStatus } from '../../../shared/domain/feed.ts';
import type { SourceHost, SourcePiece } from '../sources/source.ts';
import type { FeedCommit } from '../store/live-records.ts';
import { ChannelNames } from './channel-names.ts';
import { ClockProblems } from './clock-problems.ts';
import { Collector } from './collector.ts';
import { DataChecks } from './data-checks.ts';
import { FeedMeter } from './feed-meter.ts';
import { FEED_LIMITS, type FeedLimits, type FeedOrderToRun, type FeedPlace } from './feed-place.ts';
import { learnFormat } from './learn-format.ts';
import { PieceReader } from './piece-reader.ts';
import { ProblemBook } from './problem-book.ts';
import { ArrivalClock, type ClockMemory } from './row-clock.ts';

/** Positions of origins and memories of their clocks are kept side by side. */
const CLOCK_PREFIX = 'clock ';

/** A batch on its way to the store, and the pieces that it came in. */
interface Ready {
  readonly commit: FeedCommit;
  readonly pieces: readonly SourcePiece[];
}

export class FeedRun {
  private readonly order: FeedOrderToRun;
  private readonly place: FeedPlace;
  private readonly limits: FeedLimits;
  private readonly book: ProblemBook;
  private readonly clocks: ClockProblems;
  private readonly checks: DataChecks;
  private readonly meter: FeedMeter;
  private readonly names = new ChannelNames();
  private readonly arrivals: ArrivalClock;
  private readonly positions = new Map<string, string>();
  private readonly collector = new Collector();
  private reader: PieceReader | null = null;
  private unacknowledged: SourcePiece[] = [];
  private newPositions = new Map<string, string>();
  private storing: Promise<void> | null = null;
  private readonly broken = new AbortController();
  private fault: Error | null = null;
  private decoder: DecoderConfig | null;
  private sourceStatus: { status: SourceStatus; detail: string } = {
    status: 'connecting',
    detail: '',
  };

  constructor(order: FeedOrderToRun, place: FeedPlace, limits: FeedLimits = FEED_LIMITS) {
    const { record, left } = order;
    this.order = order;
    this.place = place;
    this.limits = limits;
    this.decoder = record.decoder;
    this.book = new ProblemBook(left.problems);
    this.clocks = new ClockProblems(this.book, () => this.now());
    this.checks = new DataChecks(record.checks, this.book, left.storedTo, left.periodMs);
    this.meter = new FeedMeter(record.totals, left.storedTo);
    this.arrivals = new ArrivalClock((jump) => this.clocks.jumped(jump));
    for (const [key, value] of Object.entries(record.positions)) this.positions.set(key, value);
  }

  /** Until the source ends or the signal aborts. Throws Failure where trying again cannot help. */
  async run(outer: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([outer, this.broken.signal]);
    const source = this.place.createSource(this.order.record.source, this.host());
    const pulse = setInterval(() => this.pulse(signal), this.limits.batchMs);
    try {
      const pieces = source.read(signal);
      const readable = this.decoder
        ? pieces
        : learnFormat(pieces, this.limits, this.place.propose, (config) => this.learnt(config));
      for await (const piece of readable) await this.take(piece, signal);
    } finally {
      clearInterval(pulse);
      await this.storing;
      const rest = this.prepare();
      if (rest) await this.store(rest, signal);
      this.tell();
    }
    if (this.fault) throw this.fault;
  }

  private host(): SourceHost {
    return {
      status: (status, detail) => this.note(status, detail),
      dropped: (pieces) => {
        this.meter.add({ dropped: pieces });
        this.book.count('dropped', pieces, this.now(), this.now());
      },
      reconnected: () => this.meter.add({ reconnects: 1 }),
      resume: (origin) => this.positions.get(origin) ?? null,
      stored: (stream) => this.place.stored(stream),
    };
  }

  private now(): number {
    return Math.round(this.place.now());
  }

  private note(status: SourceStatus, detail: string): void {
    this.sourceStatus = { status, detail };
    const now = this.now();
    const isAway = status === 'waiting' || status === 'failed';
    const at = { start: now, end: now, found: 0, expected: 0, detail };
    if (isAway) this.book.raise({ kind: 'source', channel: '', ...at });
    else if (status === 'open') this.book.close('source', '', now);
    this.tell();
  }

  private async learnt(config: DecoderConfig): Promise<void> {
    this.decoder = config;
    await this.place.keepDecoder(config);
  }

  private async take(piece: SourcePiece, signal: AbortSignal): Promise<void> {
    this.reader ??= this.createReader();
    const { content } = piece;
    const before = { rows: this.reader.rows, bad: this.reader.bad };
    this.reader.read(piece, this.arrivals.correct(piece.arrived), this.collector);
    this.meter.add({
      bytes: content instanceof Uint8Array ? content.length : 0,
      rows: this.reader.rows - before.rows,
      bad: this.reader.bad - before.bad,
    });
    const bad = this.reader.bad - before.bad;
    this.book.count('unreadable', bad, this.now(), this.now(), this.reader.lastReason);
    this.unacknowledged.push(piece);
    if (piece.position !== undefined) this.newPositions.set(piece.origin, piece.position);
    if (!this.isFull()) return;
    // The next batch is made ready while this one is stored, but no third one.
    const ready = this.prepare();
    await this.storing;
    this.beginToStore(ready, signal);
  }

  private createReader(): PieceReader {
    const decoder = this.decoder;
    const reader = new PieceReader(
      (subject) => {
        if (!decoder) throw new Failure('bad-input', 'It is not known how to read this source.');
        return this.place.createDecoder(decoder, subject);
      },
      {
        recall: (origin) => {
          const offset = Number(this.positions.get(CLOCK_PREFIX + origin) ?? 0);
          const memory: ClockMemory = { offset };
          return memory;
        },
        jumped: (jump) => this.clocks.jumped(jump),
        drifting: (drift, origin) => this.clocks.drifting(origin, drift),
      },
    );
    reader.storedTo = this.order.left.storedTo ?? -Infinity;
    return reader;
  }

  private isFull(): boolean {
    const { batchRows, batchValues } = this.limits;
    const { rows, width } = this.collector;
    return rows >= batchRows || rows * width >= batchValues;
  }

  private pulse(signal: AbortSignal): void {
    this.checks.watch(this.now());
    if (!this.storing) this.beginToStore(this.prepare(), signal);
    if (this.meter.isTellDue(this.limits.tellMs)) this.tell();
  }

  private beginToStore(ready: Ready | null, signal: AbortSignal): void {
    if (!ready) return;
    const storing = this.store(ready, signal).finally(() => {
      if (this.storing === storing) this.storing = null;
    });
    this.storing = storing;
  }

  /** Takes what was collected; null when nothing is to be stored. */
  private prepare(): Ready | null {
    try {
      const commit = this.nextCommit();
      if (!commit) return null;
      const pieces = this.unacknowledged;
      this.unacknowledged = [];
      return { commit, pieces };
    } catch (error) {
      this.fail(error as Error);
      return null;
    }
  }

  private fail(error: Error): void {
    this.fault ??= error;
    this.broken.abort();
  }

  /** As often as it takes. What cannot pass ends the feed, and nothing is stored after it. */
  private async store({ commit, pieces }: Ready, signal: AbortSignal): Promise<void> {
    if (this.fault) return;
    try {
      await this.storeAtLast(commit, signal);
      for (const piece of pieces) piece.acknowledge?.();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private async storeAtLast(commit: FeedCommit, signal: AbortSignal): Promise<void> {
    let failedAt: number | null = null;
    let delayMs = this.limits.retryFirstMs;
    for (;;) {
      try {
        const first = commit.batch.t[0] ?? this.now();
        const { duplicates } = await this.place.commit(commit);
        this.meter.stored(commit, duplicates);
        this.book.count('duplicate', duplicates, first, this.now());
        if (failedAt !== null) this.restored(failedAt);
        return;
      } catch (error) {
        const mayPass = error instanceof Failure && error.code === 'storage';
        if (!mayPass || signal.aborted) throw error;
        failedAt ??= this.now();
        this.meter.pausedBy = error.message;
        this.tell();
        await wait(delayMs, undefined, { signal }).catch(() => undefined);
        delayMs = Math.min(2 * delayMs, this.limits.retryMaxMs);
      }
    }
  }

  private restored(failedAt: number): void {
    const detail = this.meter.pausedBy ?? '';
    const at = { start: failedAt, end: this.now(), found: 0, expected: 0, detail };
    this.book.tell({ kind: 'storage', channel: '', ...at });
    this.meter.pausedBy = null;
    this.tell();
  }

  /** null when nothing is to be stored. */
  private nextCommit(): FeedCommit | null {
    const collected = this.collector.take();
    const channels = this.names.channels(collected.names);
    const names = channels.map(({ name }) => name);
    const late = this.checks.take(collected, names, this.now());
    this.meter.add({ late });
    const { batch, overwritten } = collected;
    this.book.count('duplicate', overwritten, batch.t[0] ?? 0, this.now());
    const quarantine = this.reader?.takeQuarantine() ?? [];
    const problems = this.book.take();
    const positions = Object.fromEntries(this.newPositions);
    this.newPositions.clear();
    const isEmpty = batch.t.length + quarantine.length + problems.length === 0;
    if (isEmpty && Object.keys(positions).length === 0) return null;
    for (const [origin, { offset }] of Object.entries(this.reader?.memories() ?? {})) {
      positions[CLOCK_PREFIX + origin] = String(offset);
    }
    if (this.reader && batch.t.length > 0) {
      this.reader.storedTo = Math.max(this.reader.storedTo, batch.t[batch.t.length - 1]);
    }
    const { periodMs } = this.checks.sampling;
    const totals = { ...this.meter.takeTotals(), duplicates: overwritten };
    return { channels, batch, quarantine, problems, totals, positions, periodMs };
  }

  private tell(): void {
    const { status, detail } = this.sourceStatus;
    const { pausedBy } = this.meter;
    this.place.tell({
      status: pausedBy === null ? status : 'paused',
      detail: pausedBy ?? detail,
      ...this.meter.read(this.reader?.lagMs ?? null),
      decoder: this.decoder,
    });
  }
}
