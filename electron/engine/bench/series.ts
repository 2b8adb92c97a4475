/**
 * Labelled series of the public benchmarks, found by their usual layouts in a data folder. Files
 * are listed first and read one by one, where they are needed.
 */
import { readdirSync, readFileSync, existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import Papa from 'papaparse';
import { Failure } from '../../../shared/contract/failure.ts';
import type { DetectionMode } from '../../../shared/domain/model.ts';
import { requireFit } from './fit-series.ts';

export const FAMILIES = ['nab', 'skab', 'smd', 'smap', 'ucr', 'mba', 'ims'] as const;
export type Family = (typeof FAMILIES)[number];

export interface SeriesFile {
  readonly family: Family;
  /** Folder or group, e.g. realTraffic. */
  readonly category: string;
  readonly name: string;
  readonly path: string;
  /** Of the file at that path. */
  readonly bytes: number;
  /** Labels that lie in another file: NAB's windows in ms, SMAP's sequences. */
  readonly spans?: readonly (readonly [number, number])[];
}

export interface Series {
  readonly mode: DetectionMode;
  readonly trainRows: number;
  /** ms; row number × 1 s where the file has no clock. */
  readonly t: Float64Array;
  readonly hasTime: boolean;
  readonly channels: readonly string[];
  readonly columns: readonly Float64Array[];
  /** 0 or 1 a row; absent where labels are spans or none. */
  readonly labels?: Float64Array;
  /** Labelled spans: NAB in ms; else rows of the whole series. */
  readonly spans?: readonly (readonly [number, number])[];
  /** Channels at fault, by labelled segment of rows (SMD). */
  readonly causes?: readonly { readonly span: readonly [number, number]; channels: number[] }[];
}

/** Start of a run to failure, or of a labelled record without a training part, taken as normal. */
const SHARE_TAKEN_AS_NORMAL = { ims: 0.25, mba: 0.1 } as const;
const SKAB_TRAIN_ROWS = 400;
const NAB_PROBATION = { share: 0.15, rowsMax: 750 } as const;

const FOLDERS: Readonly<Record<Family, string>> = {
  ...{ nab: 'NAB', skab: 'SKAB', smd: 'SMD', smap: 'SMAP', ucr: 'UCR', mba: 'MBA', ims: 'IMS' },
};

/** Of the series of a family: NAB's first rows are not known to be normal. */
export const usualMode = (family: Family): DetectionMode =>
  family === 'nab' ? 'stream' : 'reference';

/** What stands in the folder of a family, as it is published or made into CSV. */
export const EXPECTED: Readonly<Record<Family, string>> = {
  nab: 'data/CATEGORY/NAME.csv and labels/combined_windows.json',
  skab: 'data/GROUP/NAME.csv',
  smd: 'train/NAME.txt, test/NAME.txt and test_label/NAME.txt',
  smap: 'train/CHANNEL.csv, test/CHANNEL.csv and labeled_anomalies.csv',
  ucr: 'NAME_TRAIN_BEGIN_END.txt',
  mba: 'NAME.out',
  ims: 'NAME.csv',
};

export const hasFolder = (data: string, family: Family): boolean =>
  existsSync(rootOf(data, family));

/** The folder itself, or the one of the family in it. */
const rootOf = (data: string, family: Family): string =>
  basename(resolve(data)) === FOLDERS[family] ? data : join(data, FOLDERS[family]);

/**
 * Every series of a family under `data`, or in it where it is the family's own folder; empty when
 * that is not there. Throws Failure bad-input where labels cannot be read.
 */
export function listSeries(data: string, family: Family): SeriesFile[] {
  const root = rootOf(data, family);
  if (!existsSync(root)) return [];
  const make = (path: string, category: string, rest: object = {}): SeriesFile => {
    const name = basename(path).replace(/\.\w+$/, '');
    return { family, category, name, path, bytes: statSync(path).size, ...rest };
  };
  switch (family) {
    case 'nab':
      return listNab(root, make);
    case 'skab':
      return folders(join(root, 'data'))
        .filter((category) => category !== 'anomaly-free')
        .flatMap((category) => {
          return files(join(root, 'data', category), '.csv').map((path) => make(path, category));
        });
    case 'smd':
      return files(join(root, 'train'), '.txt').map((path) => {
        return make(path, basename(path).split('-').slice(0, 2).join('-'));
      });
    case 'smap':
      return listSmap(root, make);
    case 'ucr':
      return files(root, '.txt').map((path) => make(path, 'UCR'));
    case 'mba':
      return files(root, '.out').map((path) => make(path, 'MBA'));
    case 'ims':
      return files(root, '.csv').map((path) => make(path, 'IMS'));
  }
}

type Make = (path: string, category: string, rest?: object) => SeriesFile;

function listNab(root: string, make: Make): SeriesFile[] {
  const labels = join(root, 'labels');
  const windows = files(labels, '.json').filter((path) => basename(path).includes('windows'));
  const known = Object.assign({}, ...windows.map(labelsOf)) as Record<string, [string, string][]>;
  return Object.keys(known)
    .sort()
    .filter((key) => existsSync(join(root, 'data', key)))
    .map((key) => {
      const spans = known[key].map((span) => span.map(utc));
      return make(join(root, 'data', key), key.split('/')[0], { spans });
    });
}

function labelsOf(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Failure('bad-input', `${path} is no JSON: ${found}. Windows by file were expected.`);
  }
}

function listSmap(root: string, make: Make): SeriesFile[] {
  const [labels] = files(root, '.csv').filter((path) => basename(path).startsWith('labeled'));
  const text = labels ? readFileSync(labels, 'utf8') : '';
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  return data.flatMap((row) => {
    const path = join(root, 'train', `${row.chan_id}.csv`);
    if (!existsSync(path)) return [];
    const spans = JSON.parse(row.anomaly_sequences) as [number, number][];
    return [make(path, row.chan_id.split('-')[0], { spans })];
  });
}

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const files = (folder: string, ending: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => join(folder, name))
    : [];

/** Whole seconds, as the scorers read them. */
function utc(text: string): number {
  return Date.parse(`${text.trim().replace('T', ' ').split('.')[0].replace(' ', 'T')}Z`);
}

/** Throws Failure bad-input where it cannot be scored. */
export function readSeries(file: SeriesFile): Series {
  const series = readAny(file);
  requireFit(series);
  return series;
}

function readAny(file: SeriesFile): Series {
  switch (file.family) {
    case 'nab':
      return readNab(file);
    case 'skab':
      return readSkab(file);
    case 'smd':
      return readSmd(file);
    case 'smap':
      return readSmap(file);
    case 'ucr':
      return readUcr(file);
    case 'mba': {
      const [value, labels] = columnsOf(rowsOf(file.path, ','), [0, 1]);
      const trainRows = Math.floor(SHARE_TAKEN_AS_NORMAL.mba * value.length);
      return plain([value], trainRows, { labels });
    }
    case 'ims': {
      const rows = rowsOf(file.path, ',').slice(1);
      const columns = columnsOf(rows, [2, 3, 4, 5]);
      return plain(columns, Math.floor(SHARE_TAKEN_AS_NORMAL.ims * rows.length));
    }
  }
}

function readNab({ path, spans }: SeriesFile): Series {
  const rows = rowsOf(path, ',').slice(1);
  const t = Float64Array.from(rows, ([time]) => utc(time));
  const { share, rowsMax } = NAB_PROBATION;
  return {
    mode: usualMode('nab'),
    trainRows: Math.min(Math.floor(share * rows.length), rowsMax),
    ...{ t, spans, hasTime: true },
    channels: ['value'],
    columns: columnsOf(rows, [1]),
  };
}

function readSkab({ path }: SeriesFile): Series {
  const [header, ...rows] = rowsOf(path, ';');
  const names = header.filter((name) => !['datetime', 'anomaly', 'changepoint'].includes(name));
  const at = (name: string): number => header.indexOf(name);
  const [labels] = columnsOf(rows, [at('anomaly')]);
  const series = plain(columnsOf(rows, names.map(at)), SKAB_TRAIN_ROWS, { labels });
  return { ...series, channels: names };
}

function readSmd({ path }: SeriesFile): Series {
  const beside = (folder: string): string => path.replace(/train(?=[\\/][^\\/]+$)/, folder);
  const train = rowsOf(path, ',');
  const test = rowsOf(beside('test'), ',');
  const all = train[0].map((_, k) => k);
  const marks = rowsOf(beside('test_label'), ',').map(([mark]) => Number(mark));
  const labels = new Float64Array(train.length + test.length);
  labels.set(marks, train.length);
  const interpretation = beside('interpretation_label');
  const causes = existsSync(interpretation)
    ? readFileSync(interpretation, 'utf8').split('\n').filter(Boolean).map(causeOf(train.length))
    : [];
  return plain(columnsOf([...train, ...test], all), train.length, { labels, causes });
}

/** "246-252:1,2,3": rows of the test part, channels counted from 1. */
const causeOf = (offset: number) => (line: string) => {
  const [span, channels] = line.split(':');
  const [from, to] = span.split('-').map((row) => Number(row) + offset);
  return {
    span: [from, to] as const,
    channels: channels.split(',').map((channel) => Number(channel) - 1),
  };
};

function readSmap({ path, spans }: SeriesFile): Series {
  const train = rowsOf(path, ',');
  const test = rowsOf(path.replace(/train(?=[\\/][^\\/]+$)/, 'test'), ',');
  const isNumber = (row: string[]): boolean => Number.isFinite(Number(row[0]));
  const rows = [...train.filter(isNumber), ...test.filter(isNumber)];
  const trainRows = train.filter(isNumber).length;
  // Column 0 is the telemetry; the others are commands sent, which nobody calls anomalous.
  return plain(columnsOf(rows, [0]), trainRows, {
    spans: spans?.map(([from, to]) => [from + trainRows, to + trainRows] as const),
  });
}

function readUcr({ path, name }: SeriesFile): Series {
  const values = readFileSync(path, 'utf8').split(/\s+/).filter(Boolean).map(Number);
  const [, ...numbers] = /_(\d+)_(\d+)_(\d+)$/.exec(name) ?? [];
  if (numbers.length === 0) {
    throw new Failure('bad-input', `a name that ends in _TRAIN_BEGIN_END, in rows, was expected`);
  }
  const [train, begin, end] = numbers.map(Number);
  return plain([Float64Array.from(values)], train, { spans: [[begin, end]] });
}

function plain(
  columns: readonly Float64Array[],
  trainRows: number,
  rest: Pick<Series, 'labels' | 'spans' | 'causes'> = {},
): Series {
  return {
    mode: 'reference',
    trainRows,
    t: columns[0].map((_, row) => 1000 * row),
    hasTime: false,
    channels: columns.map((_, k) => `${k + 1}`),
    columns,
    ...rest,
  };
}

function rowsOf(path: string, delimiter: string): string[][] {
  const text = readFileSync(path, 'utf8');
  return Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true }).data;
}

function columnsOf(rows: readonly string[][], at: readonly number[]): Float64Array[] {
  return at.map((index) => Float64Array.from(rows, (row) => Number(row[index])));
}
