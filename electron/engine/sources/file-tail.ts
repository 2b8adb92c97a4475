/**
 * The growing end of a file. Pieces end where lines end, so that the position after each is one to
 * go on from. A position is an offset and the bytes before it: if they are no longer there, the
 * file was cut or replaced, whatever its size says.
 */
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { streamEnd, streamPiece } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { SourcePiece } from './source.ts';

const MARK_BYTES = 32;
const LF = 10;
const CR = 13;

interface Place {
  readonly offset: number;
  /** The bytes before the offset, at most MARK_BYTES. */
  readonly mark: Buffer;
}

const START: Place = { offset: 0, mark: Buffer.alloc(0) };

export class FileTail {
  readonly #path: string;
  readonly #origin: string;
  readonly #limits: SourceLimits;
  #file: FileHandle | null = null;
  #place: Place;
  /** Something was read that no `complete` piece ended yet. */
  #openEnded = false;
  /** What comes next begins in the middle of a line. */
  #midway = false;
  #grewAt = Date.now();
  #size = 0;
  #mtimeMs = 0;

  /** `position`: of the last piece that was stored; null: none. */
  constructor(path: string, origin: string, position: string | null, limits: SourceLimits) {
    this.#path = path;
    this.#origin = origin;
    this.#limits = limits;
    this.#place = position === null ? START : placeOf(position);
  }

  /** Passes over what is there now. Throws the error of the file system. */
  async skipToEnd(): Promise<void> {
    await this.#reopen();
    const { size } = await this.#file!.stat();
    this.#place = await this.#placeAt(this.#file!, size);
    const { mark } = this.#place;
    this.#midway = mark.length > 0 && lineBytes(mark, mark.length) < mark.length;
  }

  /**
   * What is new since the last call; nothing when nothing is. Throws the error of the file system
   * when there is no file, after what was left of the one before it.
   */
  async *news(): AsyncGenerator<SourcePiece> {
    if (!this.#file) yield* this.#begin();
    yield* this.#readOn();
    const now = await stat(this.#path, { bigint: true });
    const held = await this.#file!.stat({ bigint: true });
    if (now.ino === held.ino && now.dev === held.dev) return;
    // Rotated: the old one was read to its end above, but it may have grown since.
    yield* this.#readOn();
    yield* this.#finish();
    await this.#reopen();
    this.#place = START;
    yield* this.#readOn();
  }

  /** Everything was handed on, and nobody has written to it for a while. */
  get isFinished(): boolean {
    return this.#place.offset === this.#size && !this.#openEnded;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async *#begin(): AsyncGenerator<SourcePiece> {
    await this.#reopen();
    if (await this.#holds(this.#file!, this.#place)) return;
    const rotated = await this.#findRotated();
    if (rotated) {
      const current = this.#file;
      this.#file = rotated;
      yield* this.#readOn();
      yield* this.#finish();
      await rotated.close();
      this.#file = current;
    }
    this.#place = START;
  }

  /** The file as it was called before, if it was rotated while nobody looked. */
  async #findRotated(): Promise<FileHandle | null> {
    const folder = dirname(this.#path);
    const name = basename(this.#path);
    for (const entry of await readdir(folder)) {
      if (!entry.startsWith(name) || entry === name) continue;
      const file = await open(join(folder, entry), 'r').catch(() => null);
      if (file && (await this.#holds(file, this.#place))) return file;
      await file?.close();
    }
    return null;
  }

  async *#readOn(): AsyncGenerator<SourcePiece> {
    const file = this.#file!;
    const { size, mtimeMs } = await file.stat();
    const isTouched = size !== this.#size || mtimeMs !== this.#mtimeMs;
    if (isTouched) this.#grewAt = Date.now();
    this.#size = size;
    this.#mtimeMs = mtimeMs;
    if (size === this.#place.offset && !isTouched) {
      if (this.#isSettled()) yield* this.#finish();
      return;
    }
    if (!(await this.#holds(file, this.#place))) {
      yield* this.#finish();
      this.#place = START;
    }
    for (;;) {
      const bytes = Buffer.allocUnsafe(this.#limits.fileChunkBytes);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#place.offset);
      if (bytesRead === 0) return;
      // Written anew since the look above: these bytes are of another file.
      if (!(await this.#holds(file, this.#place))) {
        yield* this.#finish();
        this.#place = START;
        continue;
      }
      const isLast = bytesRead < bytes.length;
      const settled = isLast && this.#isSettled();
      const whole = settled ? bytesRead : lineBytes(bytes, bytesRead);
      if (whole === 0 && isLast) return;
      yield* this.#hand(bytes.subarray(0, whole || bytesRead));
      if (settled) yield* this.#finish();
    }
  }

  /** Whoever writes it has paused or is done. */
  #isSettled(): boolean {
    return Date.now() - this.#grewAt >= this.#limits.fileSettleMs;
  }

  async *#hand(bytes: Buffer): AsyncGenerator<SourcePiece> {
    const before = Buffer.concat([this.#place.mark, bytes.subarray(-MARK_BYTES)]);
    this.#place = {
      offset: this.#place.offset + bytes.length,
      mark: Buffer.from(before.subarray(-MARK_BYTES)),
    };
    this.#openEnded = true;
    const piece = { ...streamPiece(bytes, this.#origin), position: positionOf(this.#place) };
    yield this.#midway ? { ...piece, joined: true } : piece;
    this.#midway = false;
  }

  async *#finish(): AsyncGenerator<SourcePiece> {
    if (this.#openEnded) yield streamEnd(this.#origin);
    this.#openEnded = false;
  }

  async #reopen(): Promise<void> {
    const file = await open(this.#path, 'r');
    await this.#file?.close();
    this.#file = file;
    this.#size = 0;
    this.#grewAt = Date.now();
  }

  async #placeAt(file: FileHandle, offset: number): Promise<Place> {
    const length = Math.min(MARK_BYTES, offset);
    const mark = Buffer.alloc(length);
    await file.read(mark, 0, length, offset - length);
    return { offset, mark };
  }

  async #holds(file: FileHandle, { offset, mark }: Place): Promise<boolean> {
    if (offset === 0) return true;
    const { size } = await file.stat();
    if (size < offset) return false;
    const found = await this.#placeAt(file, offset);
    return found.mark.subarray(-mark.length || found.mark.length).equals(mark);
  }
}

/** Bytes up to the last end of a line. */
function lineBytes(bytes: Buffer, length: number): number {
  let end = length;
  while (end > 0 && bytes[end - 1] !== LF && bytes[end - 1] !== CR) end--;
  return end;
}

/** "4096:3939390a": the offset, and the bytes before it in hexadecimal. */
function positionOf({ offset, mark }: Place): string {
  return `${offset}:${mark.toString('hex')}`;
}

function placeOf(position: string): Place {
  const [offset, mark] = position.split(':');
  return { offset: Number(offset), mark: Buffer.from(mark ?? '', 'hex') };
}
