/**
 * Guesses from the first bytes of a feed how they are written. Each kind that could be meant is
 * tried on the bytes themselves; the one that reads most and refuses least wins, and the more
 * particular one among equals.
 */
import type { DecoderConfig, DeviceTime, FormatPreview, LearnedFormat } from '../domain/feed.ts';
import { createDecoder, type DecoderPlace } from './create-decoder.ts';
import { learnTable } from './learn-table.ts';
import { createLineDecoder } from './lines.ts';
import { textOf } from './byte-text.ts';
import type { RowSink } from './decoder.ts';
import { isTimeName } from './header.ts';
import { pairsOf } from './pairs.ts';
import { dateFields } from './time.ts';
import { guessTimeFormat } from './sniff.ts';

export const LEARN_LIMITS = { lines: 400, previewRows: 20, previewBad: 10, bytes: 256 * 1024 };

/** null when nothing reads them: too few bytes, or binary frames, which only their maker knows. */
export function learnFormat(bytes: Uint8Array, place: DecoderPlace): LearnedFormat | null {
  const sample = bytes.subarray(0, LEARN_LIMITS.bytes);
  const lines = linesOf(sample);
  if (lines.length === 0 || !isText(sample)) return null;
  let best: { learned: LearnedFormat; score: number } | null = null;
  for (const { config, ambiguousDates, weight = 1 } of candidates(lines)) {
    const preview = previewOf(config, sample, place);
    const score = weight * scoreOf(preview, lines.length);
    if (score > (best?.score ?? 0)) {
      best = { learned: { config, preview, ambiguousDates }, score };
    }
  }
  return best?.learned ?? null;
}

/** What a decoder makes of the bytes; also to show a config that somebody wrote. */
export function previewOf(
  config: DecoderConfig,
  bytes: Uint8Array,
  place: DecoderPlace,
): FormatPreview {
  const places = new Map<string, number>();
  const rows: { t: number; values: number[] }[] = [];
  const bad: { text: string; reason: string }[] = [];
  let rowCount = 0;
  let badCount = 0;
  const decoder = createDecoder(config, place);
  const sink: RowSink = {
    row: (t, names, values) => {
      rowCount++;
      if (rowCount > LEARN_LIMITS.previewRows) return;
      const row: number[] = [];
      names.forEach((name, k) => {
        if (!places.has(name)) places.set(name, places.size);
        row[places.get(name)!] = values[k];
      });
      rows.push({ t, values: row });
    },
    bad: (text, reason) => {
      if (badCount++ < LEARN_LIMITS.previewBad) bad.push({ text, reason });
    },
  };
  decoder.push(bytes, sink);
  // The last line may be half of one, unless it is all there is.
  if (rowCount === 0) decoder.end(sink);
  const names = [...places.keys()];
  for (const { values } of rows) names.forEach((_, k) => (values[k] ??= NaN));
  return { names, rows, rowCount, bad, badCount };
}

/** Good rows less bad ones, as a share of the lines; 0 where nothing was read. */
function scoreOf({ rowCount, badCount, names }: FormatPreview, lines: number): number {
  if (rowCount === 0 || names.length === 0) return 0;
  return (rowCount - 2 * badCount) / Math.max(lines, rowCount + badCount);
}

interface Candidate {
  readonly config: DecoderConfig;
  readonly ambiguousDates: boolean;
  /** Below 1 where another candidate is to be preferred that reads as much. */
  readonly weight?: number;
}

/** The particular before the general: every line of InfluxDB also is a row of something else. */
function candidates(lines: readonly Uint8Array[]): Candidate[] {
  const texts = lines.map((line) => textOf(line, 0, line.length));
  const plain = (config: DecoderConfig): Candidate => ({ config, ambiguousDates: false });
  const found: Candidate[] = [];
  if (texts.some((text) => /^\s*[[{]/.test(text))) {
    if (texts.some((text) => /"(?:bn|n)"\s*:/.test(text) && /"(?:v|vb|bv)"\s*:/.test(text))) {
      found.push(plain({ kind: 'senml' }));
    }
    found.push(learnJson(texts));
  }
  if (texts.some((text) => INFLUX_LINE.test(text))) {
    found.push(plain({ kind: 'influx', precision: influxPrecision(texts) }));
  }
  if (texts.some((text) => !pairsOf(text).next().done)) found.push(learnPairs(texts));
  found.push(...learnTable(lines));
  found.push({ ...plain({ kind: 'numbers', names: null, time: null }), weight: 0.99 });
  return found;
}

const INFLUX_LINE = /^[^\s,=]+(?:,[^\s=]+=[^\s]+)* [^\s=]+=\S+(?: -?\d{9,19})?$/;

/** By the number of digits of a time near now. */
function influxPrecision(texts: readonly string[]): 's' | 'ms' | 'us' | 'ns' {
  const digits = texts.map((text) => / (\d{9,19})\s*$/.exec(text)?.[1].length ?? 0);
  const most = Math.max(...digits);
  if (most === 0 || most > 16) return 'ns';
  return most > 13 ? 'us' : most > 10 ? 'ms' : 's';
}

function learnPairs(texts: readonly string[]): Candidate {
  const cells = new Map<string, string[]>();
  for (const text of texts) {
    for (const { name, value } of pairsOf(text)) {
      const known = cells.get(name);
      if (known) known.push(value);
      else cells.set(name, [value]);
    }
  }
  const time = deviceTimeIn(cells);
  return { config: { kind: 'pairs', time: time?.time ?? null }, ambiguousDates: !!time?.ambiguous };
}

function learnJson(texts: readonly string[]): Candidate {
  const cells = new Map<string, string[]>();
  for (const text of texts) collectScalars(parsed(text), '', 0, cells);
  const time = deviceTimeIn(cells);
  const config = { kind: 'json', paths: null, time: time?.time ?? null } as const;
  return { config, ambiguousDates: !!time?.ambiguous };
}

/** The field that is named like a time and holds dates or times since 1970. */
function deviceTimeIn(
  cells: ReadonlyMap<string, readonly string[]>,
): { time: DeviceTime; ambiguous: boolean } | null {
  for (const [field, values] of cells) {
    const named = isTimeName(field.slice(field.lastIndexOf('.') + 1));
    const dated = values.every((value) => dateFields(value) !== null);
    const epoch = named && values.every((value) => isEpoch(Number(value)));
    if (!dated && !epoch) continue;
    const { format, ambiguous } = guessTimeFormat(values, field, '.');
    return { time: { field, format, timeZone: 'UTC' }, ambiguous };
  }
  return null;
}

/** Seconds, milliseconds or microseconds since 1970 in this half of the century. */
export function isEpoch(value: number): boolean {
  return [1, 1e3, 1e6].some((unit) => value >= 9.4e8 * unit && value < 3e9 * unit);
}

const DEPTH_MAX = 8;

function collectScalars(
  value: unknown,
  path: string,
  depth: number,
  cells: Map<string, string[]>,
): void {
  if (typeof value === 'string' || typeof value === 'number') {
    const known = cells.get(path);
    if (known) known.push(String(value));
    else cells.set(path, [String(value)]);
  } else if (Array.isArray(value) && path === '') {
    for (const one of value) collectScalars(one, '', depth + 1, cells);
  } else if (typeof value === 'object' && value !== null && depth < DEPTH_MAX) {
    for (const [key, below] of Object.entries(value)) {
      collectScalars(below, path ? `${path}.${key}` : key, depth + 1, cells);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first whole lines, copied. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  const decoder = createLineDecoder({
    line: (line, from, to) => {
      if (lines.length < LEARN_LIMITS.lines) lines.push(line.slice(from, to));
    },
  });
  const nowhere = { row: () => undefined, bad: () => undefined };
  decoder.push(bytes, nowhere);
  if (lines.length === 0) decoder.end(nowhere);
  return lines;
}

/** Text has next to no control characters. */
function isText(bytes: Uint8Array): boolean {
  let control = 0;
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32)) control++;
  return control <= bytes.length / 50;
}
