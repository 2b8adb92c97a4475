/**
 * The small language of scenarios: a recording, what is learnt of it, and what must be seen.
 *
 *   load PERIOD CHANNEL PART, PART…       PART: BASE [± NOISE] [~ AMPLITUDE/ROWS] [→ END] × ROWS
 *                                         BASE may be `count STEP` or `switch LOW HIGH/ROWS`
 *   load PERIOD CHANNEL follows OTHER × FACTOR + OFFSET [± NOISE]
 *   change CHANNEL + A [→ B] | ± NOISE | = VALUE | lost | absent  at ROW × ROWS
 *   change CHANNEL every N                a value with each N-th row alone
 *   change CHANNEL + A daily H..H [in ROW..ROW]
 *   start TIME                            ISO, UTC; a Monday unless given
 *   train stream ROWS | train reference ROWS [threshold METHOD PARAMETER]
 *   expect event [CHANNEL] starts ROW ± ROWS [ends ROW ± ROWS] [kind KIND]
 *   expect silence ROW..ROW
 *   expect events COUNT | at most COUNT
 *   expect mark KIND [CHANNEL] starts ROW ± ROWS
 *
 * A row may be written as a duration (600s, 10min, 2h, 1d). `#` begins a comment.
 */
import { EVENT_KINDS, type EventKind } from '../../shared/domain/event.ts';
import type { DetectionMode } from '../../shared/domain/model.ts';
import type { ThresholdMethod, ThresholdSpec } from '../../shared/domain/threshold.ts';

export type Base =
  | { readonly kind: 'level'; readonly from: number; readonly to: number }
  | { readonly kind: 'count'; readonly step: number }
  | { readonly kind: 'switch'; readonly low: number; readonly high: number; readonly rows: number };

export interface Part {
  readonly base: Base;
  readonly noise: number;
  readonly wave: { readonly amplitude: number; readonly rows: number } | null;
  readonly rows: number;
}

export interface Load {
  readonly channel: string;
  readonly parts: readonly Part[];
  readonly follows: {
    readonly other: string;
    readonly factor: number;
    readonly offset: number;
    readonly noise: number;
  } | null;
}

export interface Change {
  readonly channel: string;
  readonly what:
    | { readonly kind: 'add'; readonly from: number; readonly to: number }
    | { readonly kind: 'noise'; readonly size: number }
    | { readonly kind: 'set'; readonly value: number }
    | { readonly kind: 'every'; readonly rows: number }
    | { readonly kind: 'lost' | 'absent' };
  readonly from: number;
  readonly rows: number;
  /** Hours of each day. */
  readonly daily: readonly [number, number] | null;
}

export interface Near {
  readonly row: number;
  readonly within: number;
}

export type Expectation = { readonly line: string } & (
  | {
      readonly kind: 'event';
      readonly channel: string | null;
      readonly starts: Near;
      readonly ends: Near | null;
      readonly eventKind: EventKind | null;
    }
  | { readonly kind: 'silence'; readonly from: number; readonly to: number }
  | { readonly kind: 'count'; readonly count: number; readonly atMost: boolean }
  | {
      readonly kind: 'mark';
      readonly mark: string;
      readonly channel: string | null;
      readonly starts: Near;
    }
);

export interface Script {
  readonly periodMs: number;
  readonly startMs: number;
  readonly loads: readonly Load[];
  readonly changes: readonly Change[];
  readonly mode: DetectionMode;
  readonly trainRows: number;
  readonly threshold: ThresholdSpec | null;
  readonly expectations: readonly Expectation[];
}

const UNITS_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MONDAY = Date.UTC(2026, 0, 5);

/** Throws an Error naming the line that is not understood. */
export function parseScript(text: string): Script {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  const loadLine = lines.find((line) => line.startsWith('load '));
  if (!loadLine) throw new Error('A scenario needs a load.');
  const periodMs = durationMs(loadLine.split(/\s+/)[1]);
  const script = {
    ...{ periodMs, startMs: MONDAY, loads: [] as Load[], changes: [] as Change[] },
    ...{
      mode: 'reference' as DetectionMode,
      trainRows: 0,
      threshold: null as ThresholdSpec | null,
    },
    expectations: [] as Expectation[],
  };
  const row = (word: string): number => rowOf(word, periodMs);
  for (const line of lines) {
    const [verb] = line.split(/\s+/, 1);
    const rest = line.slice(verb.length).trim();
    if (verb === 'load') script.loads.push(parseLoad(rest, row));
    else if (verb === 'change') script.changes.push(parseChange(rest, row));
    else if (verb === 'start') script.startMs = Date.parse(`${rest}Z`);
    else if (verb === 'train') Object.assign(script, parseTrain(rest, row));
    else if (verb === 'expect') script.expectations.push(parseExpectation(rest, row, line));
    else throw new Error(`"${line}" begins with no known word.`);
  }
  return script;
}

type Row = (word: string) => number;

function durationMs(word: string): number {
  const [, count, unit] = match(word, /^([\d.]+)(ms|s|min|h|d)$/);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

function rowOf(word: string, periodMs: number): number {
  return /^[\d.]+$/.test(word) ? Number(word) : durationMs(word) / periodMs;
}

function match(text: string, pattern: RegExp): RegExpMatchArray {
  const found = text.match(pattern);
  if (!found) throw new Error(`"${text}" is not understood.`);
  return found;
}

const NUMBER = '(-?[\\d.]+)';

function parseLoad(text: string, row: Row): Load {
  const [, , channel, rest] = match(text, /^(\S+)\s+(\S+)\s+(.+)$/);
  const following = new RegExp(`^follows (\\S+) × ${NUMBER} \\+ ${NUMBER}(?: ± ${NUMBER})?$`).exec(
    rest,
  );
  if (following) {
    const [, other, factor, offset, noise = '0'] = following;
    const numbers = { factor: Number(factor), offset: Number(offset), noise: Number(noise) };
    return { channel, parts: [], follows: { other, ...numbers } };
  }
  return { channel, parts: rest.split(', ').map((part) => parsePart(part, row)), follows: null };
}

function parsePart(text: string, row: Row): Part {
  const [, base, modifiers, rows] = match(
    text,
    /^(count -?[\d.]+|switch -?[\d.]+ -?[\d.]+\/\d+|-?[\d.]+)((?: [±~→] \S+)*) × (\S+)$/,
  );
  const after = (sign: string): string | undefined =>
    new RegExp(`${sign} (\\S+)`).exec(modifiers)?.[1];
  const [amplitude, waveRows] = (after('~') ?? '').split('/');
  const wave = waveRows ? { amplitude: Number(amplitude), rows: Number(waveRows) } : null;
  return {
    base: parseBase(base, after('→')),
    noise: Number(after('±') ?? 0),
    wave,
    rows: row(rows),
  };
}

function parseBase(text: string, end: string | undefined): Base {
  const [word, first, second] = text.split(' ');
  if (word === 'count') return { kind: 'count', step: Number(first) };
  if (word === 'switch') {
    const [high, rows] = second.split('/').map(Number);
    return { kind: 'switch', low: Number(first), high, rows };
  }
  return { kind: 'level', from: Number(word), to: Number(end ?? word) };
}

function parseChange(text: string, row: Row): Change {
  const paced = /^(\S+) every (\d+)$/.exec(text);
  if (paced) {
    const what = { kind: 'every', rows: Number(paced[2]) } as const;
    return { channel: paced[1], what, from: 0, rows: Infinity, daily: null };
  }
  const [, channel, what, place] = match(
    text,
    /^(\S+) (\+ -?[\d.]+(?: → -?[\d.]+)?|± [\d.]+|= -?[\d.]+|lost|absent) (.+)$/,
  );
  const daily = /^daily (\d+)\.\.(\d+)(?: in (\S+)\.\.(\S+))?$/.exec(place);
  if (daily) {
    const [, from, to, first = '0', last] = daily;
    const rows = last ? row(last) - row(first) : Infinity;
    const hours = [Number(from), Number(to)] as const;
    return { channel, what: parseWhat(what), from: row(first), rows, daily: hours };
  }
  const [, from, rows] = match(place, /^at (\S+) × (\S+)$/);
  return { channel, what: parseWhat(what), from: row(from), rows: row(rows), daily: null };
}

function parseWhat(text: string): Change['what'] {
  const [sign, first, , second] = text.split(' ');
  if (sign === '+') return { kind: 'add', from: Number(first), to: Number(second ?? first) };
  if (sign === '±') return { kind: 'noise', size: Number(first) };
  if (sign === '=') return { kind: 'set', value: Number(first) };
  return { kind: sign as 'lost' | 'absent' };
}

function parseTrain(text: string, row: Row): Partial<Script> {
  const [, mode, rows, method, parameter] = match(
    text,
    /^(stream|reference) (\S+)(?: threshold (\S+) (\S+))?$/,
  );
  const threshold = method
    ? { method: method as ThresholdMethod, parameter: Number(parameter) }
    : null;
  return { mode: mode as DetectionMode, trainRows: row(rows), threshold };
}

function parseExpectation(text: string, row: Row, line: string): Expectation {
  const near = (at: string, within: string): Near => ({ row: row(at), within: row(within) });
  const silence = /^silence (\S+)\.\.(\S+)$/.exec(text);
  if (silence) return { line, kind: 'silence', from: row(silence[1]), to: row(silence[2]) };
  const count = /^events (at most )?(\d+)$/.exec(text);
  if (count) return { line, kind: 'count', count: Number(count[2]), atMost: Boolean(count[1]) };
  const mark = /^mark (\S+)(?: (\S+))? starts (\S+) ± (\S+)$/.exec(text);
  if (mark) {
    const starts = near(mark[3], mark[4]);
    return { line, kind: 'mark', mark: mark[1], channel: mark[2] ?? null, starts };
  }
  const [, channel, at, within, end, endWithin, kind] = match(
    text,
    /^event(?: (\S+))? starts (\S+) ± (\S+)(?: ends (\S+) ± (\S+))?(?: kind (\S+))?$/,
  );
  if (kind && !EVENT_KINDS.some((known) => known === kind)) throw new Error(`No kind "${kind}".`);
  return {
    ...{ line, kind: 'event', channel: channel ?? null, starts: near(at, within) },
    ends: end ? near(end, endWithin) : null,
    eventKind: (kind as EventKind | undefined) ?? null,
  };
}
