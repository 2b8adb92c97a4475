/**
 * Labels as other tools write them: CSV with start, end, label; lines of HAPT (experiment, user,
 * activity number, first and last sample); Label Studio's JSON of a time series; ELAN's
 * tab-delimited text (tier, begin ms, end ms, value). All answer spans, or throw RangeError with
 * the line or place, what was found and what was expected.
 */
import type { LabelFormat, NewLabel } from '../domain/activity.ts';

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

export function parseLabels(text: string, format: LabelFormat, context: LabelContext): NewLabel[] {
  switch (format) {
    case 'csv':
      return parseLines(text, context, csvSpan);
    case 'elan':
      return parseLines(text, context, elanSpan);
    case 'hapt':
      return parseLines(text, context, haptSpan);
    case 'label-studio':
      return parseLabelStudio(text, context);
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

function parseLines(
  text: string,
  context: LabelContext,
  read: (line: string, context: LabelContext, first: boolean) => Span | string | null,
): NewLabel[] {
  const labels: NewLabel[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    const span = read(line, context, labels.length === 0 && i === 0);
    if (span === null) return;
    if (typeof span === 'string') throw new RangeError(`Line ${i + 1}: ${span}`);
    labels.push(toLabel(span, context.author));
  });
  return labels;
}

const KINDS = ['anomaly', 'normal', 'ignore', 'maintenance'] as const;

/** The names of the other kinds stand for them. */
function toLabel({ start, end, name }: Span, author: string): NewLabel {
  const kind = KINDS.find((one) => one === name.trim().toLowerCase()) ?? 'activity';
  const activity = kind === 'activity' ? name.trim() : '';
  return { kind, activity, start: Math.round(start), end: Math.round(end), author, note: '' };
}

function csvSpan(line: string, _: LabelContext, isFirst: boolean): Span | string | null {
  const fields = csvFields(line);
  if (isFirst && fields.slice(0, 2).every((field) => Number.isNaN(timeOf(field)))) return null;
  if (fields.length < 3) return `${fields.length} fields; start, end and label were expected.`;
  const [start, end] = [timeOf(fields[0]), timeOf(fields[1])];
  if (Number.isNaN(start)) return `"${fields[0]}" is no time; ISO or epoch ms was expected.`;
  if (Number.isNaN(end)) return `"${fields[1]}" is no time; ISO or epoch ms was expected.`;
  return { start, end, name: fields[2] };
}

function elanSpan(line: string): Span | string | null {
  const fields = line.split('\t').filter((field) => field !== '');
  const numbers = fields.map(Number).filter((value) => Number.isFinite(value));
  if (numbers.length === 0) return null;
  if (numbers.length < 2) return `"${line}" holds one time; a begin and an end were expected.`;
  return { start: numbers[0], end: numbers[1], name: fields[fields.length - 1] };
}

function haptSpan(line: string, context: LabelContext): Span | string | null {
  const fields = line.trim().split(/\s+/).map(Number);
  if (fields.length !== 5 || fields.some((field) => !Number.isInteger(field))) {
    return `"${line}"; five whole numbers were expected: experiment, user, activity, first, last.`;
  }
  const [experiment, , activity, first, last] = fields;
  if (context.experiment !== undefined && experiment !== context.experiment) return null;
  const at = (sample: number): number => context.start + sample * context.stepMs;
  const name = context.names?.[activity - 1] ?? String(activity);
  return { start: at(first - 1), end: at(last), name };
}

function parseLabelStudio(text: string, { author }: LabelContext): NewLabel[] {
  const labels: NewLabel[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const names = (node as { timeserieslabels?: unknown }).timeserieslabels;
    if (!Array.isArray(names)) return Object.values(node).forEach(visit);
    const { start, end } = node as { start?: unknown; end?: unknown };
    const [from, to] = [timeOf(String(start)), timeOf(String(end))];
    if (Number.isNaN(from) || Number.isNaN(to)) {
      throw new RangeError(`Label ${labels.length + 1}: start and end are no times.`);
    }
    labels.push(toLabel({ start: from, end: to, name: String(names[0]) }, author));
  };
  visit(parseJson(text));
  return labels;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`This is no JSON: ${(error as Error).message}`, { cause: error });
  }
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
