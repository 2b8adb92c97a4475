/** Wall-clock times of a zone as UTC, by the platform's own zone data. */

const HOUR_MS = 3_600_000;

/**
 * Answers a function from wall-clock ms (as if UTC) to UTC ms. Times that a clock change skips move
 * on by the hour; those it repeats are read as the first; NaN stays NaN. Throws RangeError for an
 * unknown zone.
 */
export function zoneToUtc(timeZone: string): (wallMs: number) => number {
  if (timeZone === 'UTC') return (wallMs) => wallMs;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  /** Zone minus UTC at a UTC time, ms; kept per quarter of an hour. */
  const offset = (utcMs: number): number => {
    const slot = Math.floor((4 * utcMs) / HOUR_MS);
    const known = offsets.get(slot);
    if (known !== undefined) return known;
    const at = (slot * HOUR_MS) / 4;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year, month, day, hour, minute, second } = part;
    const found = Date.UTC(year, month - 1, day, hour, minute, second) - at;
    offsets.set(slot, found);
    return found;
  };
  return (wallMs) => {
    if (!Number.isFinite(wallMs)) return NaN;
    const before = offset(wallMs - 24 * HOUR_MS);
    const after = offset(wallMs + 24 * HOUR_MS);
    const first = wallMs - Math.max(before, after);
    return offset(first) === Math.max(before, after) ? first : wallMs - Math.min(before, after);
  };
}
