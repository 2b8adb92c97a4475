/** The field that holds the device's own time, read from bytes or from values. */
import type { DeviceTime } from '../domain/feed.ts';
import { numberOf, textOf } from './byte-text.ts';
import { timeParser, type TimeParser } from './time.ts';

const EPOCH_MS = { s: 1000, ms: 1, us: 1e-3 } as const;
const TIME_BYTES_MAX = 64;
/** What a date can hold. */
const TIME_MS_MAX = 8.64e15;

export interface TimeReader {
  /** ms; NaN when it is no time of the format. */
  ofBytes(bytes: Uint8Array, from: number, to: number): number;
  ofValue(value: unknown): number;
}

/** Throws RangeError for an unknown zone. */
export function createTimeReader(time: DeviceTime, decimal: '.' | ','): TimeReader {
  const { format } = time;
  const parse: TimeParser = timeParser(format, time.timeZone, decimal);
  const point = decimal.charCodeAt(0);
  const ofText = (text: string): number =>
    text.length > TIME_BYTES_MAX ? NaN : wholeTime(parse(text));
  return {
    ofBytes: (bytes, from, to) => {
      if (to - from > TIME_BYTES_MAX) return NaN;
      if (format.kind !== 'epoch') return ofText(textOf(bytes, from, to));
      return wholeTime(numberOf(bytes, from, to, point) * EPOCH_MS[format.unit]);
    },
    ofValue: (value) => {
      if (typeof value === 'string') return ofText(value);
      if (typeof value !== 'number') return NaN;
      return format.kind === 'epoch' ? wholeTime(value * EPOCH_MS[format.unit]) : NaN;
    },
  };
}

/** Whole ms; NaN for what is no date. */
export function wholeTime(ms: number): number {
  return Math.abs(ms) <= TIME_MS_MAX ? Math.round(ms) : NaN;
}
