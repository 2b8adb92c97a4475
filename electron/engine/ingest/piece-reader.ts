/** Pieces of a source become rows with times: a decoder and a clock for each origin. */
import type { Decoder, RowSink } from '../../../shared/decode/decoder.ts';
import type { QuarantinedRow } from '../../../shared/domain/stream.ts';
import type { SourcePiece, SourceRows } from '../sources/source.ts';
import type { Collector } from './collector.ts';
import type { Drift } from './clock-drift.ts';
import { RowClock, type ClockJump, type ClockMemory } from './row-clock.ts';

/** Set aside between two commits; more are counted only. */
const QUARANTINE_ROWS_MAX = 500;
const ORIGINS_MAX = 1024;

export interface Clocks {
  /** What a former run remembered of the clock of an origin. */
  recall(origin: string): ClockMemory;
  jumped(jump: ClockJump, origin: string): void;
  drifting(drift: Drift | null, origin: string): void;
}

interface Origin {
  readonly decoder: Decoder | null;
  readonly clock: RowClock;
}

interface Untimed {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

export class PieceReader {
  readonly quarantine: QuarantinedRow[] = [];
  /** Rows read, parts of rows each; and what could not be read. */
  rows = 0;
  bad = 0;
  lastReason = '';
  /** Newest stored time: rows without a time come behind it. */
  storedTo = -Infinity;
  private readonly createDecoder: (subject: string) => Decoder;
  private readonly clocks: Clocks;
  private readonly origins = new Map<string, Origin>();
  private newestOrigin: Origin | null = null;

  constructor(createDecoder: (subject: string) => Decoder, clocks: Clocks) {
    this.createDecoder = createDecoder;
    this.clocks = clocks;
  }

  /** Device behind arrival, ms; null when rows carry no time. */
  get lagMs(): number | null {
    return this.newestOrigin?.clock.lagMs ?? null;
  }

  /** arrived: by a clock that does not step back. */
  read(piece: SourcePiece, arrived: number, into: Collector): void {
    const origin = this.originOf(piece);
    const untimed: Untimed[] = [];
    const sink: RowSink = {
      row: (t, names, values) => {
        this.rows++;
        if (Number.isFinite(t)) into.add(origin.clock.timeOf(t, arrived), names, values);
        else untimed.push({ names, values: Float64Array.from(values) });
      },
      bad: (text, reason) => this.setAside(text, reason),
    };
    if (piece.content instanceof Uint8Array) {
      const { decoder } = origin;
      if (piece.joined) decoder?.join();
      if (piece.content.length > 0) decoder?.push(piece.content, sink);
      if (piece.complete) decoder?.end(sink);
    } else {
      readNumbers(piece.content, sink);
    }
    if (untimed.length > 0) this.time(untimed, origin.clock, arrived, into);
  }

  /** What the clocks must remember, by origin. */
  memories(): Record<string, ClockMemory> {
    const known = [...this.origins].filter(([, { clock }]) => clock.memory.offset !== 0);
    return Object.fromEntries(known.map(([origin, { clock }]) => [origin, clock.memory]));
  }

  /** What was set aside since the last call. */
  takeQuarantine(): QuarantinedRow[] {
    return this.quarantine.splice(0);
  }

  private time(rows: readonly Untimed[], clock: RowClock, arrived: number, into: Collector): void {
    const times = clock.timesOf(rows.length, arrived);
    rows.forEach(({ names, values }, i) => {
      let t = Math.max(times[i], this.storedTo + 1);
      while (into.isTaken(t, names, values)) t++;
      into.add(t, names, values);
    });
  }

  private originOf(piece: SourcePiece): Origin {
    let origin = this.origins.get(piece.origin);
    if (!origin) {
      if (this.origins.size >= ORIGINS_MAX) {
        this.origins.delete(this.origins.keys().next().value!);
      }
      const memory = this.clocks.recall(piece.origin);
      const isBytes = piece.content instanceof Uint8Array;
      origin = {
        decoder: isBytes ? this.createDecoder(piece.subject) : null,
        clock: new RowClock(memory, this.storedTo, {
          jumped: (jump) => this.clocks.jumped(jump, piece.origin),
          drifting: (drift) => this.clocks.drifting(drift, piece.origin),
        }),
      };
      this.origins.set(piece.origin, origin);
    }
    this.newestOrigin = origin;
    return origin;
  }

  private setAside(text: string, reason: string): void {
    this.bad++;
    this.lastReason = reason;
    if (this.quarantine.length >= QUARANTINE_ROWS_MAX) return;
    this.quarantine.push({ line: this.rows + this.bad, text, reason });
  }
}

function readNumbers({ names, t, columns }: SourceRows, sink: RowSink): void {
  const values = new Float64Array(names.length);
  for (let row = 0; row < t.length; row++) {
    for (let k = 0; k < values.length; k++) values[k] = columns[k][row];
    sink.row(t[row], names, values);
  }
}
