/**
 * SenML (RFC 8428) in JSON: a pack is a list of records with base fields (bn, bt, bu, bv) that hold
 * for the records after them. Records of the same time are one row; a channel is named bn + n, its
 * unit in brackets.
 */
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createJsonDecoder } from './json-messages.ts';
import { wholeTime } from './device-time.ts';
import { createLayouts, type Layouts } from './layouts.ts';
import { finiteOrNaN } from './number.ts';

/** Section 4.5.3: times below 2^28 s are relative to now. */
const RELATIVE_BELOW_S = 2 ** 28;

interface Base {
  name: string;
  time: number;
  unit: string;
  value: number;
}

interface Row {
  readonly t: number;
  readonly names: string[];
  readonly values: number[];
}

/** `now`: ms, for relative times. */
export function createSenmlDecoder(now: () => number): Decoder {
  const layouts = createLayouts();
  return createJsonDecoder((value, text, sink) => {
    const records = Array.isArray(value) ? value : [value];
    const bad = (reason: string): void => sink.bad(text.slice(0, DECODE_LIMITS.badChars), reason);
    readPack(records, now(), layouts, bad, sink);
  });
}

function readPack(
  records: readonly unknown[],
  now: number,
  layouts: Layouts,
  bad: (reason: string) => void,
  sink: RowSink,
): void {
  const base: Base = { name: '', time: 0, unit: '', value: 0 };
  const rows = new Map<number, Row>();
  for (const [i, one] of records.entries()) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      bad(`Record ${i + 1} is no object; SenML records were expected.`);
      continue;
    }
    const record = one as Record<string, unknown>;
    takeBase(record, base);
    const value = valueOf(record, base);
    if (value === undefined) continue;
    const name = base.name + text(record.n);
    if (name === '') {
      bad(`Record ${i + 1} has no name; n or bn was expected.`);
      continue;
    }
    const seconds = base.time + number(record.t, 0);
    const t = timeOf(seconds, now);
    if (seconds !== 0 && t !== t) {
      bad(`Record ${i + 1} has a time of ${seconds} s, which no date holds.`);
      continue;
    }
    const unit = text(record.u) || base.unit;
    add(rows, t, unit ? `${name} (${unit})` : name, value);
  }
  if (rows.size === 0) bad('The pack holds no number.');
  for (const { t, names, values } of rows.values()) {
    if (names.length > DECODE_LIMITS.columns) bad('Too many records of one time.');
    else sink.row(t, layouts.of(names, names.length), values);
  }
}

function takeBase(record: Record<string, unknown>, base: Base): void {
  base.name = 'bn' in record ? text(record.bn) : base.name;
  base.time = number(record.bt, base.time);
  base.unit = 'bu' in record ? text(record.bu) : base.unit;
  base.value = number(record.bv, base.value);
}

/** undefined: no number is in it, as in records of base fields or strings. */
function valueOf(record: Record<string, unknown>, base: Base): number | undefined {
  if (typeof record.v === 'number') return finiteOrNaN(base.value + record.v);
  if (typeof record.vb === 'boolean') return Number(record.vb);
  return undefined;
}

/** NaN where no time is given at all: then the row was taken when it arrived. */
function timeOf(seconds: number, now: number): number {
  if (seconds === 0) return NaN;
  return wholeTime(1000 * seconds + (seconds < RELATIVE_BELOW_S ? now : 0));
}

/** NaN is a key like any other. */
function add(rows: Map<number, Row>, t: number, name: string, value: number): void {
  const row = rows.get(t) ?? { t, names: [], values: [] };
  rows.set(t, row);
  row.names.push(name);
  row.values.push(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown, left: number): number {
  return typeof value === 'number' ? value : left;
}
