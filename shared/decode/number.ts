/** Numbers as people and machines write them in tables. */

const MISSING = new Set(['', '-', '?', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil']);

/** Is this how a missing value is written? */
export function isMissing(text: string): boolean {
  return MISSING.has(text.trim().toLowerCase());
}

/** The number, or NaN when the text is none. With a decimal comma, points are not accepted. */
export function parseNumber(text: string, decimal: '.' | ','): number {
  const plain = decimal === ',' ? commaToPoint(text) : text;
  const value = Number(plain);
  // Number('') and Number(' ') are 0, and words such as Infinity are not measurements.
  if (value === 0 && !plain.includes('0')) return NaN;
  return Number.isFinite(value) ? value : NaN;
}

function commaToPoint(text: string): string {
  return text.includes('.') ? '' : text.replace(',', '.');
}

/** NaN for what no sensor measures: 1e999 is written as a number and read as infinity. */
export function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/** Does the text use a decimal comma, as in −3,75? */
export function hasDecimalComma(text: string): boolean {
  return /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i.test(text);
}
