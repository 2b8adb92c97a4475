/** Times as tables write them: ISO 8601, epoch numbers, dates in the orders people use. */
import type { TimeFormat } from '../domain/csv.ts';
import { parseNumber } from './number.ts';
import { zoneToUtc } from './time-zone.ts';

/** Text to ms since the epoch, UTC; NaN when it is not a time of the format. */
export type TimeParser = (text: string) => number;

const DATE = /(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})/.source;
const TIME = /(\d{1,2})[:.h](\d{1,2})(?:[:.](\d{1,2})(?:[.,](\d+))?)?\s*([ap])?\.?m?\.?/.source;
const OFFSET = /(z|utc|[+-]\d{2}(?::?\d{2})?)/.source;
const DATE_TIME = new RegExp(`^\\s*${DATE}(?:[T\\s.,]+${TIME})?\\s*${OFFSET}?\\s*$`, 'i');

const EPOCH_MS = { s: 1000, ms: 1, us: 1e-3 } as const;

export function timeParser(format: TimeFormat, timeZone: string, decimal: '.' | ','): TimeParser {
  if (format.kind === 'epoch') {
    const factor = EPOCH_MS[format.unit];
    return (text) => Math.round(parseNumber(text, decimal) * factor);
  }
  const order = format.kind === 'iso' ? 'YMD' : format.order;
  const toUtc = zoneToUtc(timeZone);
  const general = (text: string): number => parseDateTime(text, order, toUtc);
  return format.kind === 'iso' ? fastIso(toUtc, general) : general;
}

/** The three leading numbers of a date, as written; null when the text is no date. */
export function dateFields(text: string): readonly [string, string, string] | null {
  const match = DATE_TIME.exec(text);
  return match ? [match[1], match[2], match[3]] : null;
}

/** Is the text a year-first date with dashes, with or without a time? */
export function isIso(text: string): boolean {
  return /^\s*\d{4}-\d{1,2}-\d{1,2}/.test(text) && DATE_TIME.test(text);
}

function parseDateTime(
  text: string,
  order: 'DMY' | 'MDY' | 'YMD',
  toUtc: (wallMs: number) => number,
): number {
  const match = DATE_TIME.exec(text);
  if (!match) return NaN;
  const [, a, b, c, hour = '0', minute = '0', second = '0', fraction = '', half, zone] = match;
  const [year, month, day] = order === 'YMD' ? [a, b, c] : order === 'DMY' ? [c, b, a] : [c, a, b];
  const wall = utcOf(fullYear(year), +month, +day, toHour(+hour, half), +minute, +second);
  const ms = wall + Math.round(Number(`0.${fraction || '0'}`) * 1000);
  return zone ? ms - zoneOffsetMs(zone) : toUtc(ms);
}

/** NaN unless every part is in its range: 31 February is no date. */
function utcOf(y: number, m: number, d: number, h: number, min: number, s: number): number {
  const ms = Date.UTC(y, m - 1, d, h, min, s);
  const date = new Date(ms);
  const exact = date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return exact && h < 24 && min < 60 && s < 61 ? ms : NaN;
}

/** Two digits: 70 and later are the last century, as spreadsheets read them. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year + (year >= 70 ? 1900 : 2000);
}

function toHour(hour: number, half: string | undefined): number {
  if (!half) return hour;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

function zoneOffsetMs(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** YYYY-MM-DD?HH:MM:SS by position, the day kept from row to row; all else goes the general way. */
function fastIso(toUtc: (wallMs: number) => number, general: TimeParser): TimeParser {
  let day = '';
  let dayMs = 0;
  const two = (text: string, at: number): number =>
    (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  return (text) => {
    if (text.length !== 19 || text[13] !== ':' || text[16] !== ':') return general(text);
    const date = text.slice(0, 10);
    if (date !== day) {
      const ms = general(`${date}T00:00:00Z`);
      if (!(ms === ms)) return general(text);
      day = date;
      dayMs = ms;
    }
    const h = two(text, 11);
    const m = two(text, 14);
    const s = two(text, 17);
    const valid = h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s < 61;
    return valid ? toUtc(dayMs + ((h * 60 + m) * 60 + s) * 1000) : general(text);
  };
}
