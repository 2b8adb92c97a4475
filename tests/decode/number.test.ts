import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDecimalComma, isMissing, parseNumber } from '../../shared/decode/number.ts';

/** Without −0, which is written as 0. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const withComma = (value: number): string => String(value).replace('.', ',');

describe('parseNumber', () => {
  it('reads back every finite number, whichever decimal sign wrote it', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(parseNumber(String(value), '.')).toBe(value);
        expect(parseNumber(withComma(value), ',')).toBe(value);
      }),
    );
  });

  it('does not mind blanks around a number', () => {
    fc.assert(
      fc.property(finite, fc.constantFrom(' ', '\t', '\r', '\u00a0'), (value, blank) => {
        expect(parseNumber(`${blank}${value}${blank}`, '.')).toBe(value);
      }),
    );
  });

  it.each(['', ' ', '-', '.', 'abc', '1.2.3', '12 bar', 'NaN', 'Infinity', '-Infinity', '1e999'])(
    'takes %j for no number',
    (text) => {
      expect(parseNumber(text, '.')).toBeNaN();
      expect(parseNumber(text, ',')).toBeNaN();
    },
  );

  it('never mistakes the sign of one convention for that of the other', () => {
    expect(parseNumber('3,75', '.')).toBeNaN();
    expect(parseNumber('1,234.5', '.')).toBeNaN();
    expect(parseNumber('3.75', ',')).toBeNaN();
    expect(parseNumber('1.234,5', ',')).toBeNaN();
    expect(parseNumber('1,2,3', ',')).toBeNaN();
  });

  it('reads zeros, signs and exponents', () => {
    expect(parseNumber('0', '.')).toBe(0);
    expect(parseNumber('0,0', ',')).toBe(0);
    expect(parseNumber('+5', '.')).toBe(5);
    expect(parseNumber('-,5', ',')).toBe(-0.5);
    expect(parseNumber('1,5e3', ',')).toBe(1500);
  });
});

describe('isMissing', () => {
  it.each(['', '  ', 'NA', 'n/a', '#N/A', 'NaN', 'null', 'None', 'nil', '-', '?', 'nan\r'])(
    'knows %j as a missing value',
    (text) => {
      expect(isMissing(text)).toBe(true);
    },
  );

  it('takes no number for missing', () => {
    fc.assert(fc.property(finite, (value) => !isMissing(String(value))));
    expect(isMissing('0')).toBe(false);
    expect(isMissing('bad')).toBe(false);
  });
});

describe('hasDecimalComma', () => {
  it('sees the comma of every fraction and of nothing else', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const text = String(value);
        expect(hasDecimalComma(withComma(value))).toBe(text.includes('.'));
        expect(hasDecimalComma(text)).toBe(false);
      }),
    );
    expect(hasDecimalComma('1,2,3')).toBe(false);
    expect(hasDecimalComma('a,5')).toBe(false);
  });
});
