/** JSON values to rows: numbers by the path that leads to them; lists of objects are many rows. */
import type { DecoderConfig } from '../domain/feed.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createTimeReader, type TimeReader } from './device-time.ts';
import { createJsonDecoder } from './json-messages.ts';
import { createLayouts } from './layouts.ts';
import { finiteOrNaN, isMissing, parseNumber } from './number.ts';

export type JsonConfig = Extract<DecoderConfig, { kind: 'json' }>;

/** Throws RangeError for an unknown zone. A lone number is named by the subject, or "value". */
export function createJsonRowsDecoder(config: JsonConfig, subject: string): Decoder {
  const time = config.time && createTimeReader(config.time, '.');
  const wanted = config.paths && config.paths.map((path) => ({ path, steps: stepsOf(path) }));
  const timeSteps = config.time && stepsOf(config.time.field);
  const layouts = createLayouts();
  const found = { names: [] as string[], values: [] as number[] };

  const row = (value: unknown, text: () => string, sink: RowSink): void => {
    found.names.length = 0;
    found.values.length = 0;
    const bad = (reason: string): void => sink.bad(text().slice(0, DECODE_LIMITS.badChars), reason);
    const t = timeOf(value, timeSteps, time);
    if (t === null) return bad(`No time as expected is in "${config.time!.field}".`);
    if (wanted) for (const { path, steps } of wanted) add(found, path, numberAt(value, steps));
    else collect(value, '', 0, found, subject || 'value', config.time?.field ?? '');
    if (found.names.length > DECODE_LIMITS.columns) {
      return bad(`${found.names.length} numbers; at most ${DECODE_LIMITS.columns} were expected.`);
    }
    if (!found.values.some((v) => v === v) && (wanted || found.values.length === 0)) {
      return bad(wanted ? 'None of the paths leads to a number.' : 'It holds no number.');
    }
    sink.row(t, layouts.of(found.names, found.names.length), found.values);
  };

  return createJsonDecoder((value, text, sink) => {
    const rows = Array.isArray(value) && value.some(isObject) ? value : [value];
    for (const one of rows)
      row(one, () => (rows === value ? String(JSON.stringify(one)) : text), sink);
  });
}

interface Found {
  readonly names: string[];
  readonly values: number[];
}

function add(found: Found, name: string, value: number): void {
  found.names.push(name);
  found.values.push(value);
}

/** All numbers below a value; true and false count as 1 and 0, null as missing. */
function collect(
  value: unknown,
  path: string,
  depth: number,
  found: Found,
  lone: string,
  timePath: string,
): void {
  if (path !== '' && path === timePath) return;
  if (typeof value === 'number') return add(found, path || lone, finiteOrNaN(value));
  if (typeof value === 'boolean') return add(found, path || lone, Number(value));
  if (value === null) return add(found, path || lone, NaN);
  if (typeof value !== 'object' || depth >= DECODE_LIMITS.depth) return;
  if (found.names.length > DECODE_LIMITS.columns) return;
  if (Array.isArray(value)) {
    value.forEach((one, i) => collect(one, `${path}[${i}]`, depth + 1, found, lone, timePath));
    return;
  }
  for (const key in value) {
    const below = (value as Record<string, unknown>)[key];
    collect(below, path ? `${path}.${key}` : key, depth + 1, found, lone, timePath);
  }
}

type Steps = readonly (string | number)[];

/** "motor.axes[0].x" to ["motor", "axes", 0, "x"]. */
export function stepsOf(path: string): Steps {
  return path
    .replace(/\[(\d+)\]/g, '.#$1')
    .split('.')
    .filter((step) => step !== '')
    .map((step) => (/^#\d+$/.test(step) ? Number(step.slice(1)) : step));
}

function valueAt(value: unknown, steps: Steps): unknown {
  let at = value;
  for (const step of steps) {
    if (!isObject(at) && !Array.isArray(at)) return undefined;
    at = Object.hasOwn(at, step) ? (at as Record<string | number, unknown>)[step] : undefined;
  }
  return at;
}

/** Numbers in quotes count where a path asks for them. */
function numberAt(value: unknown, steps: Steps): number {
  const found = valueAt(value, steps);
  if (typeof found === 'number') return finiteOrNaN(found);
  if (typeof found === 'boolean') return Number(found);
  return typeof found === 'string' && !isMissing(found) ? parseNumber(found, '.') : NaN;
}

/** NaN where no time is asked for; null where it is and cannot be read. */
function timeOf(value: unknown, steps: Steps | null, time: TimeReader | null): number | null {
  if (!steps || !time) return NaN;
  const t = time.ofValue(valueAt(value, steps));
  return t === t ? t : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
