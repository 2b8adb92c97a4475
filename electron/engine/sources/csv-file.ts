/** Opens a file that should hold a table, and refuses what cannot be one, in words. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Encoding } from '../../../shared/domain/csv.ts';
import { guessEncoding, textDecoder } from './csv-encoding.ts';
import { CSV_LIMITS } from './csv-limits.ts';

export interface CsvStart {
  readonly sizeBytes: number;
  readonly encoding: Encoding;
  /** The beginning of the file, up to whole lines unless it is all there is. */
  readonly text: string;
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
  let bytes = readAt(path, 0, sampleBytes);
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) bytes = readAt(path, 0, 2 * lineChars);
  const found = encoding ?? guessEncoding(bytes);
  const text = textDecoder(found)
    .decode(bytes, { stream: true })
    .replace(/^\ufeff/, '');
  refuseBinary(text, fileName);
  if (text.trim() === '') {
    throw new Failure(
      'bad-input',
      `${fileName} holds only blank lines; a header line and rows were expected.`,
    );
  }
  const whole = bytes.length >= sizeBytes;
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
  if (end === 0 && text.length > lineChars) {
    throw new Failure(
      'bad-input',
      `Line 1 of ${fileName} is longer than ${lineChars / 1024 ** 2} MiB; rows of a table, one ` +
        'a line, were expected. Check that this is a CSV file.',
    );
  }
  return { sizeBytes, encoding: found, text: whole || end === 0 ? text : text.slice(0, end) };
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

function readAt(path: string, position: number, length: number): Uint8Array {
  let handle: number | null = null;
  try {
    handle = openSync(path, 'r');
    const buffer = new Uint8Array(length);
    return buffer.subarray(0, readSync(handle, buffer, 0, length, position));
  } catch (error) {
    throw new Failure('bad-input', `${path} cannot be read: ${(error as Error).message}.`);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

const CONTROL_SHARE_MAX = 0.02;

function refuseBinary(text: string, fileName: string): void {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split(/\r\n|\r|\n/).length;
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
