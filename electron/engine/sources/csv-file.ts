/** Opens a file that should hold a table, and refuses what cannot be one, in words. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Encoding } from '../../../shared/domain/csv.ts';
import { guessEncoding, textDecoder } from './csv-encoding.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { endlessLine, plainNewlines } from './csv-rows.ts';

export interface CsvStart {
  readonly sizeBytes: number;
  readonly encoding: Encoding;
  /** The beginning of the file with LF after each line, cut after one unless it is all there is. */
  readonly text: string;
  /** The text is the whole file. */
  readonly whole: boolean;
}

/** Reads the beginning. Throws Failure bad-input naming what was found and expected. */
export function readStart(path: string, fileName: string, encoding?: Encoding): CsvStart {
  const sizeBytes = sizeOf(path, fileName);
  if (sizeBytes === 0) {
    throw new Failure(
      'bad-input',
      `${fileName} is empty (0 bytes); a header line and rows were expected. Choose another file.`,
    );
  }
  const { sampleBytes, lineChars } = CSV_LIMITS;
  let bytes = readAt(path, fileName, sampleBytes);
  // A line as long as the sample may be a table all the same; two bytes a character may be needed.
  if (endOfLines(bytes) <= bytes.length / 2) bytes = readAt(path, fileName, 4 * lineChars);
  const found = encoding ?? guessEncoding(bytes);
  const decoded = textDecoder(found).decode(bytes, { stream: true });
  const text = plainNewlines(decoded.replace(/^\ufeff/, ''));
  refuseBinary(text, fileName);
  if (text.trim() === '') {
    throw new Failure(
      'bad-input',
      `${fileName} holds only blank lines; a header line and rows were expected. Choose another ` +
        'file.',
    );
  }
  const whole = bytes.length >= sizeBytes;
  const end = text.lastIndexOf('\n') + 1;
  if (!whole && text.length - end > lineChars) {
    throw endlessLine(fileName, text.split('\n').length);
  }
  const kept = whole || end === 0 ? text : text.slice(0, end);
  return { sizeBytes, encoding: found, text: kept, whole };
}

/** Bytes up to and with the last line break. */
function endOfLines(bytes: Uint8Array): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
}

function sizeOf(path: string, fileName: string): number {
  let stats;
  try {
    stats = statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file; check the name and the folder' : message;
    throw new Failure('bad-input', `${fileName} cannot be read: ${reason}.`);
  }
  if (stats.isDirectory()) {
    throw new Failure(
      'bad-input',
      `${fileName} is a folder; a CSV file was expected. Choose a file inside it.`,
    );
  }
  return stats.size;
}

function readAt(path: string, fileName: string, length: number): Uint8Array {
  let handle: number | null = null;
  try {
    handle = openSync(path, 'r');
    const buffer = new Uint8Array(length);
    return buffer.subarray(0, readSync(handle, buffer, 0, length, 0));
  } catch (error) {
    throw new Failure('bad-input', `${fileName} cannot be read: ${(error as Error).message}.`);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

const CONTROL_SHARE_MAX = 0.02;

function refuseBinary(text: string, fileName: string): void {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length;
    throw new Failure(
      'bad-input',
      `Line ${line} of ${fileName} holds a NUL byte, so it is not a text file; a CSV file was ` +
        'expected. Export it as CSV and try again.',
    );
  }
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 0xfffd) controls++;
  }
  if (controls > CONTROL_SHARE_MAX * text.length) {
    throw new Failure(
      'bad-input',
      `${fileName} is a binary file (${controls} unreadable characters at its start); a CSV file ` +
        'was expected. Export it as CSV and try again.',
    );
  }
}
