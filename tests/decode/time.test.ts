import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateFields, isIso, timeParser } from '../../shared/decode/time.ts';

/** Whole ms between 1970 and 2099. */
const instant = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) });
const pad = (value: number): string => String(value).padStart(2, '0');

describe('ISO times', () => {
  const parse = timeParser({ kind: 'iso' }, 'UTC', '.');

  it('reads every instant to the millisecond, in all the ways of writing it', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const iso = new Date(ms).toISOString();
        const whole = ms - (ms % 1000);
        expect(parse(iso)).toBe(ms);
        expect(parse(iso.replace('Z', ''))).toBe(ms);
        expect(parse(iso.replace('T', ' ').replace('.', ','))).toBe(ms);
        expect(parse(iso.slice(0, 19))).toBe(whole);
        expect(parse(` ${iso.slice(0, 19).replace('T', ' ')} UTC `)).toBe(whole);
        expect(parse(iso.slice(0, 10))).toBe(ms - (ms % 86_400_000));
      }),
    );
  });

  it('takes an offset off, whatever the zone of the file', () => {
    const parisian = timeParser({ kind: 'iso' }, 'Europe/Paris', '.');
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(instant, offset, fc.constantFrom(':', ''), (ms, minutes, colon) => {
        const wall = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const hours = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}`;
        const text = `${wall}${hours}${colon}${pad(size % 60)}`;
        fc.pre(ms + minutes * 60_000 >= 0);
        expect(parse(text)).toBe(ms);
        expect(parisian(text)).toBe(ms);
      }),
    );
  });

  it('takes an offset of whole hours, as databases write it', () => {
    expect(parse('2021-03-04 05:06:07+00')).toBe(Date.UTC(2021, 2, 4, 5, 6, 7));
    expect(parse('2021-03-04 05:06:07.5-03')).toBe(Date.UTC(2021, 2, 4, 8, 6, 7, 500));
  });

  it('rounds fractions finer than a millisecond', () => {
    const second = Date.UTC(2021, 0, 1);
    expect(parse('2021-01-01T00:00:00.123456Z')).toBe(second + 123);
    expect(parse('2021-01-01T00:00:00.9996Z')).toBe(second + 1000);
  });

  it.each([
    '2021-02-29T00:00:00',
    '2021-02-31',
    '2021-13-01',
    '2021-00-10',
    '2021-01-00',
    '2021-01-01T24:00:00',
    '2021-01-01T12:60:00',
    '2021-01-01T12:00:61',
    '2021-01-01T1x:00:00',
    'yesterday',
    '',
  ])('takes %j for no time, in any zone', (text) => {
    expect(parse(text)).toBeNaN();
    expect(timeParser({ kind: 'iso' }, 'Europe/Paris', '.')(text)).toBeNaN();
  });

  it('answers the same whatever was read before', () => {
    const texts = fc.array(fc.constantFrom('2021-02-28', '2021-02-29', '2024-02-29'));
    fc.assert(
      fc.property(texts, (days) => {
        const reused = timeParser({ kind: 'iso' }, 'UTC', '.');
        for (const day of days) {
          const fresh = timeParser({ kind: 'iso' }, 'UTC', '.');
          const text = `${day}T10:11:12`;
          expect(reused(text)).toBe(fresh(text));
        }
      }),
    );
  });
});

describe('epoch numbers', () => {
  it.each([
    ['s', 1000],
    ['ms', 1],
    ['us', 0.001],
  ] as const)('reads whole %s', (unit, factor) => {
    const parse = timeParser({ kind: 'epoch', unit }, 'Asia/Tokyo', '.');
    fc.assert(
      fc.property(instant, (ms) => {
        const second = Math.floor(ms / 1000) * 1000;
        expect(parse(String(second / factor))).toBe(second);
      }),
    );
  });

  it('keeps the milliseconds of seconds with a fraction, by point and by comma', () => {
    const point = timeParser({ kind: 'epoch', unit: 's' }, 'UTC', '.');
    const comma = timeParser({ kind: 'epoch', unit: 's' }, 'UTC', ',');
    fc.assert(
      fc.property(instant, (ms) => {
        const text = (ms / 1000).toFixed(3);
        expect(point(text)).toBe(ms);
        expect(comma(text.replace('.', ','))).toBe(ms);
      }),
    );
    expect(point('soon')).toBeNaN();
  });
});

describe('dates in the orders people use', () => {
  it('reads what was written, day first or month first, by any sign between', () => {
    const sign = fc.constantFrom('/', '-', '.');
    fc.assert(
      fc.property(instant, sign, (ms, dash) => {
        const date = new Date(ms - (ms % 1000));
        const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        const clock = date.toISOString().slice(11, 19);
        const parse = (order: 'DMY' | 'MDY' | 'YMD', parts: number[]): number =>
          timeParser({ kind: 'date', order }, 'UTC', '.')(`${parts.join(dash)} ${clock}`);
        expect(parse('DMY', [d, m, y])).toBe(+date);
        expect(parse('MDY', [m, d, y])).toBe(+date);
        expect(parse('YMD', [y, m, d])).toBe(+date);
      }),
    );
  });

  it('reads the halves of the day', () => {
    const parse = timeParser({ kind: 'date', order: 'MDY' }, 'UTC', '.');
    const day = Date.UTC(2021, 2, 4);
    expect(parse('3/4/2021 12:05 AM')).toBe(day + 5 * 60_000);
    expect(parse('3/4/2021 12:05 PM')).toBe(day + 725 * 60_000);
    expect(parse('3/4/2021 1:05 p.m.')).toBe(day + 785 * 60_000);
  });

  it('reads years of two digits as spreadsheets do', () => {
    const parse = timeParser({ kind: 'date', order: 'DMY' }, 'UTC', '.');
    expect(parse('31.12.69')).toBe(Date.UTC(2069, 11, 31));
    expect(parse('1.1.70')).toBe(Date.UTC(1970, 0, 1));
  });

  it('refuses a day where the order wants a month', () => {
    expect(timeParser({ kind: 'date', order: 'MDY' }, 'UTC', '.')('13/1/2021')).toBeNaN();
    expect(timeParser({ kind: 'date', order: 'DMY' }, 'Europe/Paris', '.')('1/13/2021')).toBeNaN();
  });
});

describe('what a date looks like', () => {
  it('answers the three fields as written', () => {
    expect(dateFields('03/2/21 14:05')).toEqual(['03', '2', '21']);
    expect(dateFields('2021-03-02')).toEqual(['2021', '03', '02']);
    expect(dateFields('12.5')).toBeNull();
    expect(dateFields('1.2.3.4')).toBeNull();
  });

  it('knows ISO by its year and dashes', () => {
    expect(isIso('2021-03-02T10:00:00Z')).toBe(true);
    expect(isIso('2021/03/02')).toBe(false);
    expect(isIso('02-03-2021')).toBe(false);
    expect(isIso('2021-03-02 or so')).toBe(false);
  });
});
