import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneToUtc } from '../../shared/decode/time-zone.ts';
import { timeParser } from '../../shared/decode/time.ts';

const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Africa/Casablanca',
  'Pacific/Auckland',
];

/** Wall-clock ms (as if UTC) that a clock of the zone shows, asked of the platform anew. */
function wallOf(zone: string, utcMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utcMs);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)!.value);
  const [y, m, d] = [of('year'), of('month') - 1, of('day')];
  return Date.UTC(y, m, d, of('hour'), of('minute'), of('second'));
}

const utc = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number): string => new Date(ms).toISOString();

describe('zoneToUtc', () => {
  it('undoes the clock of every zone, or answers the first of two equal times', () => {
    const second = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2035, 0) / 1000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), second, (zone, at) => {
        const utcMs = at * 1000;
        const wall = wallOf(zone, utcMs);
        const answer = zoneToUtc(zone)(wall);
        expect(wallOf(zone, answer)).toBe(wall);
        expect(answer).toBeLessThanOrEqual(utcMs);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves UTC alone', () => {
    fc.assert(fc.property(fc.integer(), (ms) => zoneToUtc('UTC')(ms) === ms));
  });

  it('moves a skipped time on by the length of the gap', () => {
    const paris = zoneToUtc('Europe/Paris');
    expect(iso(paris(utc('2021-03-28T01:59:59')))).toBe('2021-03-28T00:59:59.000Z');
    expect(iso(paris(utc('2021-03-28T02:30:00')))).toBe('2021-03-28T01:30:00.000Z');
    expect(iso(paris(utc('2021-03-28T03:00:00')))).toBe('2021-03-28T01:00:00.000Z');
    const lordHowe = zoneToUtc('Australia/Lord_Howe');
    const skipped = lordHowe(utc('2021-10-03T02:15:00'));
    expect(wallOf('Australia/Lord_Howe', skipped)).toBe(utc('2021-10-03T02:45:00'));
  });

  it('reads a repeated time as the first', () => {
    const paris = zoneToUtc('Europe/Paris');
    expect(iso(paris(utc('2021-10-31T02:30:00')))).toBe('2021-10-31T00:30:00.000Z');
    expect(iso(paris(utc('2021-10-31T03:00:00')))).toBe('2021-10-31T02:00:00.000Z');
    const newYork = zoneToUtc('America/New_York');
    expect(iso(newYork(utc('2021-11-07T01:30:00')))).toBe('2021-11-07T05:30:00.000Z');
  });

  it('never goes back over a clock change except where the clock itself does', () => {
    const paris = zoneToUtc('Europe/Paris');
    const day = Array.from({ length: 96 }, (_, i) => paris(utc('2021-03-27T12:00:00') + i * 9e5));
    const back = day.filter((at, i) => i > 0 && at < day[i - 1]!);
    // Only the step out of the skipped hour: 02:45 was read as 03:45, and 03:00 follows.
    expect(back).toEqual([utc('2021-03-28T01:00:00')]);
  });

  it('throws RangeError for a zone that does not exist', () => {
    expect(() => zoneToUtc('Nowhere/Land')).toThrow(RangeError);
  });

  it('answers NaN for no time', () => {
    expect(zoneToUtc('Europe/Paris')(NaN)).toBeNaN();
  });
});

describe('times read in a zone', () => {
  it('differ by the season', () => {
    const parse = timeParser({ kind: 'iso' }, 'Europe/Paris', '.');
    expect(iso(parse('2021-01-15T12:00:00'))).toBe('2021-01-15T11:00:00.000Z');
    expect(iso(parse('2021-07-15 12:00:00.250'))).toBe('2021-07-15T10:00:00.250Z');
    const days = timeParser({ kind: 'date', order: 'DMY' }, 'Europe/Paris', '.');
    expect(iso(days('28.3.2021 02:30'))).toBe('2021-03-28T01:30:00.000Z');
  });
});
