/** Bytes as text and as numbers, without a string where none is needed. */
import { parseNumber } from './number.ts';

const CHUNK = 4096;
const POINT = 46;
/** Powers of ten that a double holds exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const EXACT_DIGITS = 15;

/** UTF-8; what is none becomes U+FFFD. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let i = from;
  while (i < to && bytes[i] < 0x80) i++;
  return i === to ? asciiOf(bytes, from, to) : utf8Of(bytes, from, to);
}

/** A string of its own: a slice keeps all of the text that it was cut from alive. */
export function ownText(text: string): string {
  return text.split('').join('');
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += CHUNK) {
    text += String.fromCharCode.apply(null, asCodes(bytes.subarray(i, Math.min(to, i + CHUNK))));
  }
  return text;
}

/** apply takes typed arrays too; its type does not say so. */
function asCodes(codes: Uint8Array | Uint16Array): number[] {
  return codes as unknown as number[];
}

function utf8Of(bytes: Uint8Array, from: number, to: number): string {
  const units = new Uint16Array(CHUNK);
  let text = '';
  let count = 0;
  for (let i = from; i < to;) {
    const length = sequenceLength(bytes, i, to);
    const code = length === 0 ? 0xfffd : codePoint(bytes, i, length);
    i += Math.max(1, length);
    if (code > 0xffff) {
      units[count++] = 0xd800 + ((code - 0x10000) >> 10);
      units[count++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    } else {
      units[count++] = code;
    }
    if (count > CHUNK - 2) {
      text += String.fromCharCode.apply(null, asCodes(units.subarray(0, count)));
      count = 0;
    }
  }
  return text + String.fromCharCode.apply(null, asCodes(units.subarray(0, count)));
}

/** Bytes of the sequence that begins at i; 0 when it is not UTF-8. */
function sequenceLength(bytes: Uint8Array, i: number, to: number): number {
  const lead = bytes[i];
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || lead >= 0xf5 || i + length > to) return 0;
  for (let k = 1; k < length; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return 0;
  const code = codePoint(bytes, i, length);
  const least = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
  const surrogate = code >= 0xd800 && code < 0xe000;
  return code >= least && code <= 0x10ffff && !surrogate ? length : 0;
}

function codePoint(bytes: Uint8Array, i: number, length: number): number {
  if (length === 1) return bytes[i];
  let code = bytes[i] & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) code = (code << 6) | (bytes[i + k] & 0x3f);
  return code;
}

/**
 * The number in bytes [from, to), NaN when they hold none. Up to 15 digits and a power of ten up to
 * 22 are exact in a double, and so is their quotient once rounded (Clinger 1990); all else is read
 * as text. `decimal`: the code of the decimal point.
 */
export function numberOf(bytes: Uint8Array, from: number, to: number, decimal = POINT): number {
  while (from < to && bytes[from] <= 32) from++;
  while (to > from && bytes[to - 1] <= 32) to--;
  let i = from;
  const sign = bytes[i];
  if (sign === 45 || sign === 43) i++;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; i < to; i++) {
    const digit = bytes[i] - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
    } else if (bytes[i] === decimal && point < 0) {
      point = i;
    } else {
      return slowNumber(bytes, from, to, decimal);
    }
  }
  if (digits === 0) return NaN;
  if (digits > EXACT_DIGITS) return slowNumber(bytes, from, to, decimal);
  const value = point < 0 ? mantissa : mantissa / TENS[to - point - 1];
  return sign === 45 ? -value : value;
}

const NUMBER_BYTES_MAX = 64;

function slowNumber(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  if (to - from > NUMBER_BYTES_MAX) return NaN;
  return parseNumber(textOf(bytes, from, to), decimal === POINT ? '.' : ',');
}
