/**
 * Lines of fields to rows: CSV and its like, and bare numbers. A line is a row. Unlike in a file of
 * tables a quote that is left open ends with its line, so that one broken line never takes the next
 * ones with it.
 */
import type { DecoderConfig, DeviceTime } from '../domain/feed.ts';
import { numberOf, textOf } from './byte-text.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createTimeReader, type TimeReader } from './device-time.ts';
import { createFields, createLooseFields, OPEN_QUOTE, TOO_MANY, type Fields } from './fields.ts';
import { columnNames } from './layouts.ts';
import { createLineDecoder, shownText, type LineReader } from './lines.ts';
import { isMissing } from './number.ts';

export type DelimitedConfig = Extract<DecoderConfig, { kind: 'delimited' }>;
export type NumbersConfig = Extract<DecoderConfig, { kind: 'numbers' }>;

/** Throws RangeError for an unknown zone. `subject` names a lone column without a name. */
export function createDelimitedDecoder(config: DelimitedConfig, subject: string): Decoder {
  const quote = config.quote ? config.quote.charCodeAt(0) : -1;
  const fields = createFields(config.delimiter.charCodeAt(0), quote);
  const header = config.header ? 'expected' : 'none';
  return createLineDecoder(new TableReader(fields, { ...config, header }, subject), config.lineEnd);
}

/** Numbers parted by blanks, commas or semicolons. */
export function createNumbersDecoder(config: NumbersConfig, subject: string): Decoder {
  const fields = createLooseFields(' \t,;');
  const table: Table = { ...config, decimal: '.', columns: null, header: 'possible' };
  return createLineDecoder(new TableReader(fields, table, subject), config.lineEnd);
}

interface Table {
  readonly decimal: '.' | ',';
  /** `possible`: words may come before the first row, and may also be a greeting. */
  readonly header: 'none' | 'expected' | 'possible';
  readonly names: readonly string[] | null;
  readonly columns: readonly string[] | null;
  readonly time: DeviceTime | null;
}

/** What each field of a line becomes. */
interface Plan {
  readonly width: number;
  readonly fieldNames: readonly string[];
  /** Of the channels, in the order of the fields. */
  readonly names: readonly string[];
  /** For each field its channel, TIME or SKIP. */
  readonly targets: Int32Array;
  readonly values: Float64Array;
}

const TIME = -1;
const SKIP = -2;
/** So many lines of another width are a new layout where no names are known. */
const AGREEING_LINES = 3;

class TableReader implements LineReader {
  readonly #fields: Fields;
  readonly #table: Table;
  readonly #subject: string;
  readonly #decimal: number;
  readonly #time: TimeReader | null;
  #plan: Plan | null = null;
  /** The names are known, not counted from a first row. */
  #named = false;
  #headerDue: boolean;
  /** Words that will be names if as many numbers follow. */
  #words: readonly string[] | null = null;
  #stray = { width: 0, lines: 0 };

  constructor(fields: Fields, table: Table, subject: string) {
    this.#fields = fields;
    this.#table = table;
    this.#subject = subject;
    this.#decimal = table.decimal.charCodeAt(0);
    this.#time = table.time && createTimeReader(table.time, table.decimal);
    this.#headerDue = table.header !== 'none';
    if (table.names) this.#adopt(table.names, table.names.length, true);
  }

  line(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    const bad = (reason: string): void => sink.bad(shownText(bytes, from, to), reason);
    let count = this.#fields.cut(bytes, from, to);
    if (count === OPEN_QUOTE) return bad('A quote is opened and not closed on its line.');
    if (count === TOO_MANY) return bad(`More than ${DECODE_LIMITS.columns} fields on a line.`);
    if (this.#takeHeader(count)) return;
    // A delimiter at the end of each line is common and means nothing.
    if (this.#plan && count === this.#plan.width + 1 && this.#isEmpty(count - 1)) count--;
    const expected = this.#plan?.width;
    if (count !== expected && !this.#adoptWidth(count)) {
      return bad(`${count} fields were found on a line; ${expected} were expected.`);
    }
    this.#row(this.#plan!, bad, sink);
  }

  end(): void {
    this.#headerDue = this.#table.header !== 'none';
  }

  /**
   * Words before the first row are its names when they are as many as its values; else they are a
   * greeting. Where a header is expected and none was seen, names may look like numbers.
   */
  #takeHeader(count: number): boolean {
    const { header, names } = this.#table;
    if (!this.#headerDue) return header === 'expected' && this.#isSameHeader(count);
    if (!this.#holdsValue(count)) {
      this.#words = this.#texts(count);
      return true;
    }
    const words = this.#words;
    this.#words = null;
    this.#headerDue = false;
    if (header === 'expected' && !this.#named && words === null) {
      this.#adopt(this.#texts(count), count, true);
      return true;
    }
    const fits =
      words?.length === count || (words?.length === count - 1 && this.#isEmpty(count - 1));
    if (fits && (header === 'expected' || names === null)) this.#adopt(words!, words!.length, true);
    return false;
  }

  #holdsValue(count: number): boolean {
    const { bytes, starts, ends } = this.#fields;
    for (let k = 0; k < count; k++) {
      if (!Number.isNaN(numberOf(bytes, starts[k], ends[k], this.#decimal))) return true;
      const t = this.#time?.ofBytes(bytes, starts[k], ends[k]) ?? NaN;
      if (!Number.isNaN(t)) return true;
    }
    return false;
  }

  /** Devices that start anew and files that were joined repeat their header. */
  #isSameHeader(count: number): boolean {
    const plan = this.#plan;
    if (!plan || count !== plan.width) return false;
    const { bytes, starts } = this.#fields;
    if (bytes[starts[0]] !== plan.fieldNames[0].charCodeAt(0)) return false;
    return this.#texts(count).every((text, k) => text.trim() === plan.fieldNames[k]);
  }

  /** Without names the first row tells the width, and after it one that lasts. */
  #adoptWidth(count: number): boolean {
    if (this.#named) return false;
    const { width, lines } = this.#stray;
    this.#stray = { width: count, lines: width === count ? lines + 1 : 1 };
    if (this.#plan && this.#stray.lines < AGREEING_LINES) return false;
    this.#adopt(null, count, false);
    return true;
  }

  #adopt(given: readonly string[] | null, width: number, named: boolean): void {
    const { columns, time } = this.#table;
    const fieldNames = columnNames(given, width, this.#subject);
    const names: string[] = [];
    const targets = Int32Array.from(fieldNames, (name) => {
      if (name === time?.field) return TIME;
      if (columns && !columns.includes(name)) return SKIP;
      return names.push(name) - 1;
    });
    this.#named = named;
    this.#plan = { width, fieldNames, names, targets, values: new Float64Array(names.length) };
  }

  #row(plan: Plan, bad: (reason: string) => void, sink: RowSink): void {
    const { targets, values, names, fieldNames } = plan;
    const { bytes, starts, ends } = this.#fields;
    let t = NaN;
    let wrong = -1;
    for (let k = 0; k < plan.width; k++) {
      const target = targets[k];
      if (target >= 0) {
        const value = numberOf(bytes, starts[k], ends[k], this.#decimal);
        values[target] = value;
        if (value !== value && wrong < 0 && !this.#isMissing(k)) wrong = k;
      } else if (target === TIME) {
        t = this.#time!.ofBytes(bytes, starts[k], ends[k]);
        if (t !== t) {
          return bad(`"${this.#shown(k)}" is no time as expected in "${fieldNames[k]}".`);
        }
      }
    }
    this.#stray.lines = 0;
    if (wrong < 0) return sink.row(t, names, values);
    bad(`"${this.#shown(wrong)}" is no number as expected in "${fieldNames[wrong]}".`);
    // The other values of the row are good.
    if (values.some((value) => value === value)) sink.row(t, names, values);
  }

  #texts(count: number): string[] {
    const { bytes, starts, ends } = this.#fields;
    return Array.from({ length: count }, (_, k) => textOf(bytes, starts[k], ends[k]));
  }

  #shown(k: number): string {
    return shownText(this.#fields.bytes, this.#fields.starts[k], this.#fields.ends[k]);
  }

  #isEmpty(k: number): boolean {
    return this.#shown(k).trim() === '';
  }

  #isMissing(k: number): boolean {
    return this.#fields.ends[k] === this.#fields.starts[k] || isMissing(this.#shown(k));
  }
}
