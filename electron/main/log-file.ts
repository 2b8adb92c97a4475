/** The log on disk: a few files of bounded size, the newest without a number. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FILE_BYTES_MAX = 1024 * 1024;
const FILES_MAX = 5;
const NAME = 'offbeat.log';

export class LogFile {
  readonly folder: string;
  private readonly bytesMax: number;

  constructor(folder: string, bytesMax = FILE_BYTES_MAX) {
    this.folder = folder;
    this.bytesMax = bytesMax;
  }

  /** A log that cannot be written must not end what it tells of: the text is then lost. */
  append(text: string): void {
    const stamp = new Date().toISOString();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => `${stamp} ${line}\n`);
    try {
      mkdirSync(this.folder, { recursive: true });
      this.rotate();
      appendFileSync(this.file(0), lines.join(''));
    } catch {
      // Nowhere to tell it.
    }
  }

  private rotate(): void {
    const size = statSync(this.file(0), { throwIfNoEntry: false })?.size ?? 0;
    if (size < this.bytesMax) return;
    for (let n = FILES_MAX - 2; n >= 0; n--) {
      if (statSync(this.file(n), { throwIfNoEntry: false })) {
        renameSync(this.file(n), this.file(n + 1));
      }
    }
  }

  private file(n: number): string {
    return join(this.folder, n === 0 ? NAME : `${NAME}.${n}`);
  }
}
