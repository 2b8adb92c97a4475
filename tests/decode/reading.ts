/** Runs bytes through a decoder and keeps what comes out. */
import { createDecoder } from '../../shared/decode/create-decoder.ts';
import type { Decoder, RowSink } from '../../shared/decode/decoder.ts';
import type { DecoderConfig } from '../../shared/domain/feed.ts';

export interface Reading {
  readonly rows: { t: number; names: readonly string[]; values: number[] }[];
  readonly bad: { text: string; reason: string }[];
}

export const NOW = Date.UTC(2026, 0, 5);

export function decoderOf(config: DecoderConfig, subject = ''): Decoder {
  return createDecoder(config, { subject, now: () => NOW });
}

export function keepIn({ rows, bad }: Reading): RowSink {
  return {
    row: (t, names, values) => rows.push({ t, names, values: Array.from(values) }),
    bad: (text, reason) => bad.push({ text, reason }),
  };
}

/** Bytes cut into pieces of these sizes, over and over. */
export function readCut(
  config: DecoderConfig,
  bytes: Uint8Array,
  sizes: readonly number[],
  subject = '',
): Reading {
  const reading: Reading = { rows: [], bad: [] };
  const sink = keepIn(reading);
  const decoder = decoderOf(config, subject);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    // A copy that is spoilt afterwards: whoever keeps bytes must keep them himself.
    const piece = bytes.slice(at, at + size);
    decoder.push(piece, sink);
    piece.fill(0x37);
    at += size;
  }
  decoder.end(sink);
  return reading;
}

export function read(config: DecoderConfig, text: string | Uint8Array, subject = ''): Reading {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readCut(config, bytes, [Math.max(1, bytes.length)], subject);
}

/** "t: name=value …" for each row: short to compare. */
export function rowTexts({ rows }: Reading): string[] {
  return rows.map(({ t, names, values }) => {
    const pairs = names.map((name, k) => `${name}=${values[k]}`).join(' ');
    return Number.isNaN(t) ? pairs : `${t}: ${pairs}`;
  });
}
