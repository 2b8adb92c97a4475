/** Which characters the bytes of a text file stand for. */
import { TextDecoder } from 'node:util';
import { detect } from 'chardet';
import type { Encoding } from '../../../shared/domain/csv.ts';

/** By byte-order mark, by validity, then by frequency. `sample` is the start of the file. */
export function guessEncoding(sample: Uint8Array): Encoding {
  const [a, b] = sample;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const zeros = countZeros(sample);
  if (zeros.odd > sample.length / 4 && zeros.even === 0) return 'utf-16le';
  if (zeros.even > sample.length / 4 && zeros.odd === 0) return 'utf-16be';
  if (isUtf8(sample)) return 'utf-8';
  const guess = detect(sample);
  return guess === 'GB18030' || guess === 'Big5' ? 'gbk' : 'latin1';
}

/**
 * Bytes to text across chunks; a broken character becomes �. A byte-order mark is left to the
 * reader: the platform takes one off at chunks within a file, too.
 */
export function textDecoder(encoding: Encoding): TextDecoder {
  const label = encoding === 'latin1' ? 'windows-1252' : encoding;
  return new TextDecoder(label, { ignoreBOM: true });
}

function isUtf8(sample: Uint8Array): boolean {
  try {
    // The last character may be cut off: `stream` forgives that alone.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function countZeros(bytes: Uint8Array): { even: number; odd: number } {
  const count = { even: 0, odd: 0 };
  bytes.forEach((byte, i) => {
    if (byte === 0) count[i % 2 === 0 ? 'even' : 'odd']++;
  });
  return count;
}
