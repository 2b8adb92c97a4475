/**
 * Labelled recordings of movement in a folder: files acc_* and gyro_* with one row x y z a sample
 * and a file of labels (experiment, user, activity, first and last sample from 1), as HAPT
 * publishes them; or CSV files, each with its labels beside it as NAME.labels.csv.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseLabels } from '../../../../shared/activity/label-formats.ts';
import type { ChannelPlan } from '../../../../shared/activity/features.ts';
import { medianStep, resample, type Recording } from '../../../../shared/activity/recording.ts';
import type { LabelledSpan } from '../../../../shared/activity/windows.ts';
import { Failure } from '../../../../shared/contract/failure.ts';

export interface LabelledRecordings {
  readonly recordings: readonly Recording[];
  /** Person or machine of each recording. */
  readonly groups: readonly string[];
  readonly classes: readonly string[];
  readonly spans: readonly LabelledSpan[];
  readonly plan: ChannelPlan;
}

/** HAPT was recorded at 50 Hz. */
const HAPT_STEP_MS = 20;
const HAPT_PLAN: ChannelPlan = { channels: 6, triplets: [0, 3], acceleration: 0 };

/** Throws Failure bad-input naming the folder and what was expected in it. */
export function readLabelledRecordings(folder: string): LabelledRecordings {
  const home = [folder, join(folder, 'RawData'), join(folder, 'HAPT', 'RawData')].find((path) => {
    return existsSync(path) && readdirSync(path).some((name) => /^acc_.*\.txt$/.test(name));
  });
  if (home) return readTriplets(home);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const labelled = files.filter((name) => files.includes(name.replace(/\.csv$/, '.labels.csv')));
  const recordings = labelled.filter((name) => !name.endsWith('.labels.csv'));
  if (recordings.length > 0) return readCsvFiles(folder, recordings);
  throw new Failure(
    'bad-input',
    `${folder} holds no labelled recording; files acc_* and gyro_* with labels*.txt, or CSV ` +
      'files each with NAME.labels.csv beside it, were expected.',
  );
}

function readTriplets(home: string): LabelledRecordings {
  const names = readdirSync(home);
  const labelFile = names.find((name) => /^labels.*\.txt$/.test(name));
  if (!labelFile) throw new Failure('bad-input', `${home} holds no labels*.txt.`);
  const rows = readRows(join(home, labelFile), 5);
  const keys = [...new Set(rows.map(([experiment, user]) => `${experiment} ${user}`))];
  const numbers = [...new Set(rows.map(([, , activity]) => activity))].sort((a, b) => a - b);
  const titles = activityNames(home);
  const recordings = keys.map((key) => {
    const [experiment, user] = key.split(' ').map((part) => part.padStart(2, '0'));
    const sensors = ['acc', 'gyro'].map((sensor) => {
      return readRows(join(home, `${sensor}_exp${experiment}_user${user}.txt`), 3);
    });
    return joined(sensors);
  });
  return {
    recordings,
    groups: keys.map((key) => key.split(' ')[1]),
    classes: numbers.map((number) => titles.get(number) ?? String(number)),
    spans: rows.map(([experiment, user, activity, first, last]) => ({
      recording: keys.indexOf(`${experiment} ${user}`),
      ...{ first: first - 1, last: last - 1, label: numbers.indexOf(activity) },
    })),
    plan: HAPT_PLAN,
  };
}

function joined(sensors: readonly (readonly (readonly number[])[])[]): Recording {
  const n = Math.min(...sensors.map((rows) => rows.length));
  const channels = 3 * sensors.length;
  const values = new Float32Array(n * channels);
  sensors.forEach((rows, s) => {
    for (let i = 0; i < n; i++) values.set(rows[i], i * channels + 3 * s);
  });
  return { start: 0, stepMs: HAPT_STEP_MS, channels, values, valid: new Uint8Array(n).fill(1) };
}

function activityNames(home: string): Map<number, string> {
  const file = ['activity_labels.txt', '../activity_labels.txt']
    .map((name) => join(home, name))
    .find((path) => existsSync(path));
  const lines = file ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return new Map(
    lines.map((line) => {
      const [number, ...name] = line.trim().split(/\s+/);
      return [Number(number), name.join(' ').toLowerCase().replaceAll('_', ' ')];
    }),
  );
}

function readRows(path: string, columns: number): number[][] {
  if (!existsSync(path)) throw new Failure('bad-input', `${path} is missing.`);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line, i) => {
    const row = line.trim().split(/\s+/).map(Number);
    if (row.length === columns && row.every(Number.isFinite)) return row;
    throw new Failure(
      'bad-input',
      `Line ${i + 1} of ${path} reads "${line.slice(0, 80)}"; ${columns} numbers were expected.`,
    );
  });
}

/** First column: time in ms or ISO; the others: channels. */
function readCsvFiles(folder: string, names: readonly string[]): LabelledRecordings {
  const all = names.map((name) => {
    const [head, ...lines] = readFileSync(join(folder, name), 'utf8').trim().split(/\r?\n/);
    const channels = head.split(',').length - 1;
    const rows = lines.map((line) => line.split(','));
    const t = Float64Array.from(rows, ([time]) => {
      return /^-?[\d.]+$/.test(time) ? Number(time) : Date.parse(time);
    });
    const columns = Array.from({ length: channels }, (_, k) =>
      Float64Array.from(rows, (row) => (row[k + 1]?.trim() ? Number(row[k + 1]) : NaN)),
    );
    const text = readFileSync(join(folder, name.replace(/\.csv$/, '.labels.csv')), 'utf8');
    const labels = parseLabels(text, 'csv', { start: t[0], stepMs: 1, author: '' });
    return { name, t, columns, labels };
  });
  const stepMs = medianStep(all[0].t);
  const classes = [...new Set(all.flatMap(({ labels }) => labels.map((one) => one.activity)))];
  classes.sort();
  const channels = all[0].columns.length;
  return {
    recordings: all.map(({ t, columns }) => resample(t, columns, stepMs)),
    groups: all.map(({ name }) => name.replace(/[_-].*$|\.csv$/, '')),
    classes,
    spans: all.flatMap(({ t, labels }, recording) =>
      labels.map(({ start, end, activity }) => ({
        recording,
        first: Math.ceil((start - t[0]) / stepMs),
        last: Math.floor((end - t[0]) / stepMs) - 1,
        label: classes.indexOf(activity),
      })),
    ),
    plan: { channels, triplets: [], acceleration: null },
  };
}
