/** Times of day where the machine stands: day parts, and when a clock next shows a time. */
import type { DayPart } from '../../../shared/domain/alert.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Clocks are moved by whole minutes; a week and a day cover every weekday and every move. */
const SEARCH_MINUTES = 8 * DAY_MINUTES + 180;

export interface LocalTime {
  /** Since midnight. */
  readonly minute: number;
  /** 0 Sunday … 6 Saturday. */
  readonly weekday: number;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError when there is no such zone. */
export function localTime(ms: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = { hour: '2-digit', minute: '2-digit', weekday: 'short' } as const;
    format = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    minute: 60 * Number(parts.get('hour')) + Number(parts.get('minute')),
    weekday: WEEKDAYS.indexOf(parts.get('weekday')!),
  };
}

export function isZone(timeZone: string): boolean {
  try {
    localTime(0, timeZone);
    return true;
  } catch {
    return false;
  }
}

/** from = to is the whole day. Its weekday is that of the day on which it begins. */
export function isWithin(ms: number, part: DayPart, timeZone: string): boolean {
  const { minute, weekday } = localTime(ms, timeZone);
  const { from, to, weekdays } = part;
  const on = (day: number): boolean => weekdays.length === 0 || weekdays.includes(day);
  if (from < to) return minute >= from && minute < to && on(weekday);
  if (minute >= from) return on(weekday);
  return minute < to && on((weekday + 6) % 7);
}

/** The first whole minute after `ms` that lies outside of the part; null when none ever does. */
export function endOfPart(ms: number, part: DayPart, timeZone: string): number | null {
  return firstMinute(ms, (t) => !isWithin(t, part, timeZone));
}

/** When the clock next shows the minute of the day, on the weekday if one is given. */
export function nextAt(
  ms: number,
  minute: number,
  weekday: number | null,
  timeZone: string,
): number | null {
  return firstMinute(ms, (t) => {
    const local = localTime(t, timeZone);
    return local.minute === minute && (weekday === null || local.weekday === weekday);
  });
}

function firstMinute(ms: number, suits: (t: number) => boolean): number | null {
  const first = (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS;
  for (let i = 0; i < SEARCH_MINUTES; i++) {
    const t = first + i * MINUTE_MS;
    if (suits(t)) return t;
  }
  return null;
}
