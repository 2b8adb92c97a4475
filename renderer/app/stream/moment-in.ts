/** A moment as people type it, in the way that moments are shown. */

/**
 * ms; null when it cannot be read. With a clock "2026-01-12 20:17", with seconds or without, or the
 * day alone, UTC; without one "20:17:05" or "2 d 20:17" since the start.
 */
export function momentIn(text: string, hasTime: boolean): number | null {
  const day = hasTime ? String.raw`(\d{4}-\d\d-\d\d)` : String.raw`(?:(\d+) d\s*)?`;
  const clock = String.raw`(?:(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?)?`;
  const match = new RegExp(`^${day}[ T]*${clock}$`).exec(text.trim());
  if (!match || text.trim() === '') return null;
  const [, date = '', hours = '0', minutes = '0', seconds = '0'] = match;
  const start = hasTime ? Date.parse(`${date}T00:00:00Z`) : 86_400_000 * Number(date);
  const time = start + 1000 * (60 * (60 * Number(hours) + Number(minutes)) + Number(seconds));
  return Number.isFinite(time) ? Math.round(time) : null;
}
