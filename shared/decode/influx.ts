/**
 * InfluxDB line protocol: `measurement,tag=a field=1.5,other=2i,text="x" 1465839830100400200`.
 * A channel is named by measurement, tags and field: `pump,site=a.flow`. Strings are passed over.
 * https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
 */
import type { DecoderConfig } from '../domain/feed.ts';
import { textOf } from './byte-text.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createLayouts } from './layouts.ts';
import { finiteOrNaN } from './number.ts';
import { wholeTime } from './device-time.ts';
import { createLineDecoder, shownText, type LineReader } from './lines.ts';

export type InfluxConfig = Extract<DecoderConfig, { kind: 'influx' }>;

const MS = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 } as const;
const TRUE = new Set(['t', 'T', 'true', 'True', 'TRUE']);
const FALSE = new Set(['f', 'F', 'false', 'False', 'FALSE']);

export function createInfluxDecoder({ precision }: InfluxConfig): Decoder {
  return createLineDecoder(new InfluxReader(MS[precision]));
}

class InfluxReader implements LineReader {
  readonly #msPerUnit: number;
  readonly #layouts = createLayouts();
  readonly #names: string[] = [];
  readonly #values: number[] = [];

  constructor(msPerUnit: number) {
    this.#msPerUnit = msPerUnit;
  }

  line(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    const text = textOf(bytes, from, to).trim();
    if (text.startsWith('#')) return;
    const bad = (reason: string): void => sink.bad(shownText(bytes, from, to), reason);
    const seriesEnd = endOf(text, 0, ' ');
    const fieldsEnd = endOf(text, seriesEnd + 1, ' ');
    const series = unescaped(text.slice(0, seriesEnd));
    if (series === '' || seriesEnd === text.length) {
      return bad('Measurement, fields and time were expected, parted by blanks.');
    }
    this.#names.length = 0;
    this.#values.length = 0;
    const wrong = this.#fields(text, seriesEnd + 1, fieldsEnd, series);
    if (wrong !== null) return bad(wrong);
    const time = text.slice(fieldsEnd).trim();
    const t = /^-?\d{1,20}$/.test(time) ? wholeTime(Number(time) * this.#msPerUnit) : NaN;
    if (time !== '' && t !== t) {
      return bad(`"${time.slice(0, 40)}" is no time; a whole number was expected.`);
    }
    if (this.#names.length === 0) return bad('None of its fields is a number.');
    sink.row(t, this.#layouts.of(this.#names, this.#names.length), this.#values);
  }

  /** Keeps the numbers; answers what is wrong, or null. */
  #fields(text: string, from: number, to: number, series: string): string | null {
    for (let at = from; at < to;) {
      const end = Math.min(to, endOf(text, at, ','));
      const cut = endOf(text, at, '=');
      if (cut >= end) return `"${text.slice(at, end).slice(0, 40)}" is no name=value.`;
      const value = fieldValue(text.slice(cut + 1, end));
      if (value === undefined) {
        return `"${text.slice(cut + 1, end).slice(0, 40)}" is no value of a field.`;
      }
      if (this.#names.length === DECODE_LIMITS.columns) return 'Too many fields on a line.';
      if (value !== null) {
        this.#names.push(`${series}.${unescaped(text.slice(at, cut))}`);
        this.#values.push(value);
      }
      at = end + 1;
    }
    return null;
  }
}

/** Where the next `stop` stands that is neither escaped nor in quotes; else the length. */
function endOf(text: string, from: number, stop: string): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (char === stop && !quoted) return i;
  }
  return text.length;
}

/** null: a string; undefined: nothing of the kind. */
function fieldValue(text: string): number | null | undefined {
  if (text.startsWith('"')) return text.length > 1 && text.endsWith('"') ? null : undefined;
  if (TRUE.has(text)) return 1;
  if (FALSE.has(text)) return 0;
  const [, number] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[iu]?$/.exec(text) ?? [];
  return number === undefined ? undefined : finiteOrNaN(Number(number));
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,= \\"])/g, '$1') : text;
}
