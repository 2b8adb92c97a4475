import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayMonthOrder,
  DELIMITERS,
  describeColumns,
  guessDecimal,
  guessDelimiter,
  guessHeader,
  guessTimeColumn,
  guessTimeFormat,
} from '../../shared/decode/sniff.ts';

const cutter = (lines: readonly string[]) => (delimiter: string) =>
  lines.map((line) => line.split(delimiter));

describe('guessDelimiter', () => {
  it('finds the sign between numbers, whatever their count', () => {
    const rows = fc
      .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 20 }))
      .chain(([width, height]) =>
        fc.array(fc.array(fc.integer(), { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        }),
      );
    fc.assert(
      fc.property(rows, fc.constantFrom(...DELIMITERS), (table, delimiter) => {
        const lines = table.map((row) => row.join(delimiter));
        expect(guessDelimiter(cutter(lines))).toBe(delimiter);
      }),
    );
  });

  it('prefers a semicolon to the commas inside numbers and the spaces inside times', () => {
    const lines = ['2021-01-01 00:00;1,5;2,5', '2021-01-01 00:01;1,6;2,6'];
    expect(guessDelimiter(cutter(lines))).toBe(';');
    expect(guessDelimiter(cutter(['2021-01-01 00:00,1', '2021-01-01 00:01,2']))).toBe(',');
  });

  it('takes numbers padded with blanks for one column', () => {
    expect(guessDelimiter(cutter(['   1.5e+00', '  -2.5e+00', '   3.5e+00']))).not.toBe(' ');
    expect(guessDelimiter(cutter([' 1.5 2.5', ' 3.5 4.5']))).toBe(' ');
  });

  it('bears a bad line among many', () => {
    const lines = [...Array.from({ length: 19 }, (_, i) => `${i}|${i}|${i}`), 'stopped; see, log'];
    expect(guessDelimiter(cutter(lines))).toBe('|');
  });
});

describe('guessDecimal', () => {
  it('goes by the majority of the fractions', () => {
    expect(guessDecimal([['1,5', '2,25', '3']], ';')).toBe(',');
    expect(guessDecimal([['1.5', '2.25', '3']], ';')).toBe('.');
    expect(guessDecimal([['1', '2']], ';')).toBe('.');
    expect(guessDecimal([['01.02.2021', '3,5']], ';')).toBe(',');
  });

  it('is never a comma where the comma parts fields', () => {
    expect(guessDecimal([['1,5', '2,5']], ',')).toBe('.');
  });
});

describe('guessHeader', () => {
  it('takes words above numbers for a header and numbers above numbers for none', () => {
    expect(guessHeader(cutter(['time;load', '1;2'])(';'), '.')).toBe(true);
    expect(guessHeader(cutter(['1;2', '3;4'])(';'), '.')).toBe(false);
    const dated = cutter(['2021-01-01;x', '2021-01-02;y'])(';');
    expect(guessHeader(dated, '.')).toBe(false);
    expect(guessHeader([], '.')).toBe(false);
  });
});

describe('describeColumns', () => {
  it('tells numbers, times, text and nothing apart', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [
      `${i},5`,
      `2021-01-${10 + i}`,
      i < 8 ? `${i}` : 'off',
      i < 7 ? `${i}` : 'off',
      i % 2 ? 'NA' : '',
    ]);
    const kinds = describeColumns(null, rows, 5, ',').map(({ kind }) => kind);
    expect(kinds).toEqual(['number', 'time', 'number', 'text', 'empty']);
  });
});

describe('guessTimeColumn', () => {
  const find = (headers: string[], rows: string[][]): number | null =>
    guessTimeColumn(describeColumns(headers, rows, headers.length, '.'), rows, '.');

  it('prefers the dates that are named a time', () => {
    const rows = [['2020-05-05', '2021-01-01', '5']];
    expect(find(['installed', 'timestamp', 'load'], rows)).toBe(1);
    expect(find(['installed', 'seen', 'load'], rows)).toBe(0);
  });

  it('takes rising numbers that are named a time or look like an epoch', () => {
    const rising = cutter(['1;1600000000', '2;1600000060', '3;1600000120'])(';');
    expect(find(['load', 'count'], rising)).toBe(1);
    expect(find(['t', 'count'], rising)).toBe(0);
    const plain = cutter(['1;9', '2;8', '3;7'])(';');
    expect(find(['load', 'time'], plain)).toBeNull();
    expect(find(['load', 'speed'], plain)).toBeNull();
  });
});

describe('guessTimeFormat', () => {
  const guess = (cells: string[], name = 'time'): unknown => guessTimeFormat(cells, name, '.');

  it.each([
    ['1600000000', 's'],
    ['1600000000.25', 's'],
    ['1600000000000', 'ms'],
    ['1600000000000000', 'us'],
  ])('reads the unit off the size of %s', (text, unit) => {
    expect(guess([text])).toEqual({ format: { kind: 'epoch', unit }, ambiguous: false });
  });

  it('reads the unit off the name where the size says nothing', () => {
    expect(guess(['0', '10'], 'time ms')).toMatchObject({ format: { unit: 'ms' } });
    expect(guess(['0', '10'], 'time_ms')).toMatchObject({ format: { unit: 'ms' } });
    expect(guess(['0', '10'], 'time µs')).toMatchObject({ format: { unit: 'us' } });
    expect(guess(['0', '10'], 'timestamp_us')).toMatchObject({ format: { unit: 'us' } });
    expect(guess(['0', '10'], 'time')).toMatchObject({ format: { unit: 's' } });
    expect(guess(['0', '10'], 'times')).toMatchObject({ format: { unit: 's' } });
  });

  it('knows ISO and year-first dates', () => {
    expect(guess(['', '2021-01-02T00:00'])).toMatchObject({ format: { kind: 'iso' } });
    const ymd = { format: { kind: 'date', order: 'YMD' }, ambiguous: false };
    expect(guess(['2021/01/02'])).toEqual(ymd);
  });

  it('decides day and month by a number above twelve, else says that it cannot', () => {
    const of = (cells: string[]): unknown => guess(cells);
    expect(of(['1/2/2021', '13/2/2021'])).toMatchObject({ format: { order: 'DMY' } });
    expect(of(['1/2/2021', '2/13/2021'])).toMatchObject({ format: { order: 'MDY' } });
    expect(of(['01.02.2021 10:00', '12.12.2021 10:00'])).toEqual({
      ...{ format: { kind: 'date', order: 'DMY' }, ambiguous: false },
    });
    expect(of(['01.02.2021', '01.31.2021'])).toMatchObject({ format: { order: 'MDY' } });
    expect(of(['1/2/2021', '12/12/2021'])).toMatchObject({ ambiguous: true });
  });
});

describe('dayMonthOrder', () => {
  it('is never wrong about a calendar, and open only for days up to the twelfth', () => {
    const date = fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(date), (dates) => {
        const open = dates.every(([day]) => day <= 12);
        const dmy = dates.map(([d, m]) => [`${d}`, `${m}`, '2021'] as const);
        const mdy = dates.map(([d, m]) => [`${m}`, `${d}`, '2021'] as const);
        expect(dayMonthOrder(dmy)).toBe(open ? null : 'DMY');
        expect(dayMonthOrder(mdy)).toBe(open ? null : 'MDY');
      }),
    );
  });
});
