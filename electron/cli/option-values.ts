/** Option texts as values; what does not fit is refused as bad usage, in words. */
import { InvalidArgumentError } from 'commander';
import { THRESHOLD_METHODS, type ThresholdSpec } from '../../shared/domain/threshold.ts';
import type { TimeRange } from '../../shared/domain/stream.ts';

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('A number above 0 was expected.');
  }
  return value;
}

export function positiveInteger(text: string): number {
  const value = positiveNumber(text);
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('A whole number above 0 was expected.');
  }
  return value;
}

const SEED_MAX = 0xffff_ffff;

export function seedNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > SEED_MAX) {
    throw new InvalidArgumentError(`A whole number from 0 to ${SEED_MAX} was expected.`);
  }
  return value;
}

export function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new InvalidArgumentError('Names with commas between were expected.');
  return names;
}

/** FROM..TO, each an ISO time; read as UTC unless it says otherwise. */
export function timeRange(text: string): TimeRange {
  const [from, to, ...rest] = text.split('..').map(isoTime);
  if (rest.length > 0 || !(from <= to)) {
    throw new InvalidArgumentError('FROM..TO was expected, e.g. 2026-01-01..2026-01-31T12:00.');
  }
  return { from, to };
}

/** One ISO time, ms. */
export function moment(text: string): number {
  const t = isoTime(text);
  if (Number.isFinite(t)) return t;
  throw new InvalidArgumentError('A time was expected, e.g. 2026-01-31 or 2026-01-31T12:00.');
}

function isoTime(text: string): number {
  const trimmed = text.trim();
  const zoned = /(z|[+-]\d{2}:?\d{2})$/i.test(trimmed) || !/[T ]\d/.test(trimmed);
  return Date.parse(zoned ? trimmed : `${trimmed.replace(' ', 'T')}Z`);
}

export function portNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('A port from 0 to 65535 was expected.');
  }
  return value;
}

/** METHOD:NUMBER. Throws InvalidArgumentError for anything else. */
export function thresholdSpec(text: string): ThresholdSpec {
  const [name, number] = text.split(':');
  const method = THRESHOLD_METHODS.find((known) => known === name);
  const parameter = Number(number);
  if (method && parameter > 0 && Number.isFinite(parameter)) return { method, parameter };
  const known = THRESHOLD_METHODS.join(', ');
  throw new InvalidArgumentError(
    `METHOD:NUMBER was expected, e.g. record-hold:3.2; methods are ${known}.`,
  );
}
