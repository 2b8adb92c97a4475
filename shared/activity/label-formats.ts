/**
 * Labels as other tools write them: CSV with start, end, label; lines of HAPT (experiment, user,
 * activity number, first and last sample); Label Studio's JSON of a time series; ELAN's
 * tab-delimited text (tier, begin ms, end ms, value). All answer spans with their place in the
 * file, and the places that are no label.
 */
import type { LabelFault, LabelFormat, NewLabel } from '../domain/activity.ts';

export interface LabelContext {
  /** ms of the recording's first row, and between rows: for formats that count samples. */
  readonly start: number;
  readonly stepMs: number;
  readonly author: string;
  /** Names of numbered classes, from 1. */
  readonly names?: readonly string[];
  /** Only lines of this experiment (HAPT). */
  readonly experiment?: number;
}

/** By its first characters: JSON, tabs, five numbers, else CSV. */
export function guessLabelFormat(text: string): LabelFormat {
  const first = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  if (/^[[{]/.test(first)) return 'label-studio';
  if (/^(\d+\s+){4}\d+\s*$/.test(first)) return 'hapt';
  return first.includes('\t') ? 'elan' : 'csv';
}

export interface ReadLabel {
  /** Line from 1; of JSON, the label from 1. */
  readonly place: number;
  readonly label: NewLabel;
}

export interface ReadLabels {
  readonly labels: readonly ReadLabel[];
  readonly faults: readonly { readonly place: number; readonly fault: LabelFault }[];
}

export function readLabels(text: string, format: LabelFormat, context: LabelContext): ReadLabels {
  switch (format) {
    case 'csv':
      return readLines(text, context, csvSpan);
    case 'elan':
      return readLines(text, context, elanSpan);
    case 'hapt':
      return readLines(text, context, haptSpan);
    case 'label-studio':
      return readLabelStudio(text, context);
  }
}

/** The labels alone; throws RangeError in words at the first place that is none. */
export function parseLabels(text: string, format: LabelFormat, context: LabelContext): NewLabel[] {
  const { labels, faults } = readLabels(text, format, context);
  if (faults.length > 0) throw new RangeError(placeWords(format, faults[0].place, faults[0].fault));
  return labels.map(({ label }) => label);
}

/** With the place in front. */
export function placeWords(format: LabelFormat, place: number, what: LabelFault | string): string {
  const words = typeof what === 'string' ? what : faultWords(what);
  if (typeof what !== 'string' && what.code === 'no-json') return words;
  return `${format === 'label-studio' ? 'Label' : 'Line'} ${place}: ${words}`;
}

/** One sentence: what was found and what was expected. */
function faultWords(fault: LabelFault): string {
  switch (fault.code) {
    case 'too-few-fields':
      return `${fault.count} fields; start, end and label were expected.`;
    case 'no-time':
      return `"${fault.text}" is no time; ISO or epoch ms was expected.`;
    case 'one-time':
      return `"${fault.text}" holds one time; a begin and an end were expected.`;
    case 'no-hapt':
      return (
        `"${fault.text}"; five whole numbers were expected: experiment, user, activity, first, ` +
        'last.'
      );
    case 'no-json':
      return `This is no JSON: ${fault.text}`;
  }
}

export function writeLabels(labels: readonly NewLabel[], format: LabelFormat): string {
  const named = labels.map((label) => ({ ...label, name: label.activity || label.kind }));
  const iso = (ms: number): string => new Date(ms).toISOString();
  switch (format) {
    case 'csv': {
      const rows = named.map(({ start, end, name }) => `${iso(start)},${iso(end)},${quoted(name)}`);
      return ['start,end,label', ...rows, ''].join('\n');
    }
    case 'elan': {
      const rows = named.map(({ kind, start, end, name }) => {
        return [kind, start, end, name.replace(/[\t\r\n]+/g, ' ')].join('\t');
      });
      return [...rows, ''].join('\n');
    }
    case 'label-studio': {
      const result = named.map(({ start, end, name }, i) => ({
        ...{ id: String(i + 1), from_name: 'label', to_name: 'ts', type: 'timeserieslabels' },
        value: { start, end, instant: false, timeserieslabels: [name] },
      }));
      return `${JSON.stringify([{ data: {}, annotations: [{ result }] }], null, 2)}\n`;
    }
    case 'hapt':
      throw new RangeError('Labels are read from HAPT lines, not written to them; choose csv.');
  }
}

type Span = { readonly start: number; readonly end: number; readonly name: string };
type Found = Span | LabelFault | null;

function readLines(
  text: string,
  context: LabelContext,
  read: (line: string, context: LabelContext, first: boolean) => Found,
): ReadLabels {
  const labels: ReadLabel[] = [];
  const faults: { place: number; fault: LabelFault }[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const found = read(line, context, i === 0);
      if (found === null) return;
      if ('code' in found) faults.push({ place: i + 1, fault: found });
      else labels.push({ place: i + 1, label: toLabel(found, context.author) });
    });
  return { labels, faults };
}

const KINDS = ['anomaly', 'normal', 'ignore', 'maintenance'] as const;

/** The names of the other kinds stand for them. */
function toLabel({ start, end, name }: Span, author: string): NewLabel {
  const kind = KINDS.find((one) => one === name.trim().toLowerCase()) ?? 'activity';
  const activity = kind === 'activity' ? name.trim() : '';
  return { kind, activity, start: Math.round(start), end: Math.round(end), author, note: '' };
}

function csvSpan(line: string, _: LabelContext, isFirst: boolean): Found {
  const fields = csvFields(line);
  if (isFirst && fields.slice(0, 2).every((field) => Number.isNaN(timeOf(field)))) return null;
  if (fields.length < 3) return { code: 'too-few-fields', count: fields.length };
  const [start, end] = [timeOf(fields[0]), timeOf(fields[1])];
  if (Number.isNaN(start)) return { code: 'no-time', text: fields[0] };
  if (Number.isNaN(end)) return { code: 'no-time', text: fields[1] };
  return { start, end, name: fields[2] };
}

function elanSpan(line: string): Found {
  const fields = line.split('\t').filter((field) => field !== '');
  const numbers = fields.map(Number).filter((value) => Number.isFinite(value));
  if (numbers.length === 0) return null;
  if (numbers.length < 2) return { code: 'one-time', text: line };
  return { start: numbers[0], end: numbers[1], name: fields[fields.length - 1] };
}

function haptSpan(line: string, context: LabelContext): Found {
  const fields = line.trim().split(/\s+/).map(Number);
  if (fields.length !== 5 || fields.some((field) => !Number.isInteger(field))) {
    return { code: 'no-hapt', text: line };
  }
  const [experiment, , activity, first, last] = fields;
  if (context.experiment !== undefined && experiment !== context.experiment) return null;
  const at = (sample: number): number => context.start + sample * context.stepMs;
  const name = context.names?.[activity - 1] ?? String(activity);
  return { start: at(first - 1), end: at(last), name };
}

function readLabelStudio(text: string, { author }: LabelContext): ReadLabels {
  const labels: ReadLabel[] = [];
  const faults: { place: number; fault: LabelFault }[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const names = (node as { timeserieslabels?: unknown }).timeserieslabels;
    if (!Array.isArray(names)) return Object.values(node).forEach(visit);
    const { start, end } = node as { start?: unknown; end?: unknown };
    const place = labels.length + faults.length + 1;
    const [from, to] = [timeOf(String(start)), timeOf(String(end))];
    if (Number.isNaN(from) || Number.isNaN(to)) {
      const wrong = String(Number.isNaN(from) ? start : end);
      return void faults.push({ place, fault: { code: 'no-time', text: wrong } });
    }
    const name = String(names[0] ?? '');
    labels.push({ place, label: toLabel({ start: from, end: to, name }, author) });
  };
  try {
    visit(JSON.parse(text));
  } catch (error) {
    const fault = { code: 'no-json', text: (error as Error).message } as const;
    return { labels: [], faults: [{ place: 1, fault }] };
  }
  return { labels, faults };
}

/** ISO with UTC where no zone is given, or epoch ms. */
function timeOf(text: string): number {
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return NaN;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(trimmed);
  return Date.parse(hasZone ? trimmed : `${trimmed.replace(' ', 'T')}Z`);
}

function csvFields(line: string): string[] {
  const fields = line.match(/("([^"]|"")*"|[^,;]*)([,;]|$)/g) ?? [];
  const bare = fields.map((field) => field.replace(/[,;]$/, '').trim());
  if (!/[,;]$/.test(line)) bare.pop();
  return bare.map((field) => field.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'));
}

function quoted(text: string): string {
  return /[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
