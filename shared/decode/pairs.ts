/**
 * `name:value` and `name=value` pairs on a line, as boards print them: "temp:23.5 hum:40",
 * "Outlet temp = 23.5 °C, flow = 4 m³/h". A unit behind a number is passed over; so are words that
 * are no numbers, unless their name has had numbers before.
 */
import type { DecoderConfig } from '../domain/feed.ts';
import { ownText, textOf } from './byte-text.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createTimeReader, type TimeReader } from './device-time.ts';
import { createLayouts } from './layouts.ts';
import { createLineDecoder, shownText, type LineReader } from './lines.ts';
import { finiteOrNaN, isMissing, parseNumber } from './number.ts';

export type PairsConfig = Extract<DecoderConfig, { kind: 'pairs' }>;

/** Throws RangeError for an unknown zone. */
export function createPairsDecoder(config: PairsConfig): Decoder {
  return createLineDecoder(new PairsReader(config), config.lineEnd);
}

class PairsReader implements LineReader {
  readonly #timeField: string | null;
  readonly #time: TimeReader | null;
  readonly #layouts = createLayouts();
  /** Names that have had numbers. */
  readonly #numeric = new Set<string>();
  readonly #names: string[] = [];
  readonly #values: number[] = [];

  constructor({ time }: PairsConfig) {
    this.#timeField = time?.field ?? null;
    this.#time = time && createTimeReader(time, '.');
  }

  line(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    this.#names.length = 0;
    this.#values.length = 0;
    const bad = (reason: string): void => sink.bad(shownText(bytes, from, to), reason);
    let t = this.#time ? null : NaN;
    let wrong: string | null = null;
    for (const { name, value } of pairsOf(textOf(bytes, from, to))) {
      if (name === this.#timeField) {
        t = this.#time!.ofValue(value);
        if (t !== t) return bad(`"${value}" is no time as expected in "${name}".`);
        continue;
      }
      const number = leadingNumber(value);
      const known = this.#numeric.has(name);
      if (number !== number && !isMissing(value)) {
        if (!known) continue;
        wrong ??= `"${value}" is no number as expected in "${name}".`;
      }
      if (!known && this.#numeric.size < DECODE_LIMITS.columns) this.#numeric.add(ownText(name));
      this.#names.push(name);
      this.#values.push(number);
    }
    if (this.#names.length === 0) return bad('No name:number was found; one was expected.');
    if (this.#names.length > DECODE_LIMITS.columns) {
      return bad(`More than ${DECODE_LIMITS.columns} pairs on a line.`);
    }
    if (t === null) return bad(`No "${this.#timeField}" was found; the time was expected there.`);
    if (wrong !== null) bad(wrong);
    sink.row(t, this.#layouts.of(this.#names, this.#names.length), this.#values);
  }
}

interface Pair {
  readonly name: string;
  readonly value: string;
}

const SEPARATORS = ',;|\t';

/** One pass over the text, whatever is in it. */
export function* pairsOf(text: string): Generator<Pair> {
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== ':' && text[i] !== '=') continue;
    const name = nameIn(text, from, i);
    let start = i + 1;
    while (text[start] === ' ') start++;
    let end = start;
    while (end < text.length && text[end] !== ' ' && !SEPARATORS.includes(text[end])) end++;
    if (name !== '') yield { name, value: text.slice(start, end) };
    from = end;
    i = Math.max(i, end - 1);
  }
}

/** Behind the last separator; a unit of the value before it goes with that. */
function nameIn(text: string, from: number, to: number): string {
  let start = to;
  while (start > from && !SEPARATORS.includes(text[start - 1])) start--;
  const name = text.slice(start, to).trim();
  return name.length <= DECODE_LIMITS.badChars && isName(name) ? name : '';
}

/** Not the hours of a time of day: "10" of 10:30 and "2026-01-05T10". */
function isName(text: string): boolean {
  return /[^\d\s./+-]/.test(text) && !/^\d{1,4}[-./]\d{1,2}[-./]/.test(text);
}

/** "23.5°C" and "40%" are the numbers before their units. */
function leadingNumber(value: string): number {
  const whole = parseNumber(value, '.');
  if (whole === whole) return whole;
  const [number] = /^[+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:e[+-]?\d{1,3})?/i.exec(value) ?? [];
  // A dash, colon or slash behind the digits makes it a date, a time or a version.
  if (number === undefined || /[\d:./-]/.test(value[number.length])) return NaN;
  return finiteOrNaN(Number(number));
}
