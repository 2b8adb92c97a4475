import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, machine, minute, type CliFolder, type Run } from './offbeat-process.ts';

const ROWS = 600;
const FAULT_AT = 400;

interface Result {
  readonly events: readonly Record<string, unknown>[];
  readonly scores?: readonly Record<string, unknown>[];
  readonly [key: string]: unknown;
}

describe('the analysis of a good file', () => {
  let folder: CliFolder;
  let run: Run;
  let text: string;
  let result: Result;

  const analyze = async (json: string, ...options: string[]): Promise<Run> =>
    folder.offbeat('analyze', 'machine.csv', '--json', json, '--seed', '7', ...options);

  beforeAll(async () => {
    folder = cliFolder();
    folder.write('machine.csv', machine(ROWS, FAULT_AT));
    const training = ['--train-rows', '240', '--workspace', folder.workspace];
    run = await analyze('result.json', '--report', 'report.html', '--scores', ...training);
    text = readFileSync(join(folder.path, 'result.json'), 'utf8');
    result = JSON.parse(text) as Result;
  });
  afterAll(() => folder.remove());

  it('ends with 0 and says what it learnt and found', () => {
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^machine: 600 rows, 2026-01-01 00:00:00 to /);
    expect(run.stdout).toMatch(/one every 1 min is usual, 0 steps differ\. No value is missing\./);
    expect(run.stdout).toMatch(/Learnt load from 240 rows/);
    expect(run.stdout).toMatch(/JSON: result\.json/);
    expect(run.stdout).toMatch(/Report: report\.html/);
  });

  it('writes the stream, the model and the events as JSON', () => {
    expect(Object.keys(result)).toEqual([
      'stream',
      'rows',
      'quarantined',
      'duplicates',
      'backward',
      'gaps',
      'taken',
      'model',
      'threshold',
      'events',
      'marks',
      'scores',
    ]);
    expect(result).toMatchObject({
      stream: 'machine',
      rows: ROWS,
      quarantined: 0,
      duplicates: 0,
      backward: 0,
      gaps: 0,
      taken: {
        ...{ resampled: false, usualStepMs: 60_000, unevenSteps: 0 },
        missing: [{ channel: 'load', cells: 0 }],
      },
      threshold: expect.any(Number),
      model: {
        cell: 'gru',
        mode: 'stream',
        channels: ['load'],
        trainFrom: minute(0),
        trainTo: minute(239),
        trainRows: 240,
        seed: 7,
        parameterCount: expect.any(Number),
        trainings: expect.any(Number),
        checkpointSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('finds the fault, with times, severity and channels', () => {
    const fault = result.events.find((event) => {
      return (
        String(event['start']) <= minute(FAULT_AT + 5) && String(event['end']) >= minute(FAULT_AT)
      );
    });
    expect(fault).toMatchObject({
      peakTime: expect.stringMatching(/^2026-01-01T/),
      peakScore: expect.any(Number),
      severity: expect.any(String),
      provisional: expect.any(Boolean),
      channels: [expect.objectContaining({ name: 'load' })],
    });
  });

  it('writes the scores of every row when asked', () => {
    expect(result.scores).toHaveLength(ROWS);
    expect(result.scores!.map(({ t }) => t)).toEqual(
      Array.from({ length: ROWS }, (_, i) => minute(i)),
    );
    expect(Object.keys(result.scores![300]!)).toEqual([
      't',
      'score',
      'held',
      'threshold',
      'channels',
    ]);
    expect(result.scores![300]!['channels']).toEqual([
      {
        name: 'load',
        prediction: expect.any(Number),
        low: expect.any(Number),
        high: expect.any(Number),
        residual: expect.any(Number),
      },
    ]);
  });

  it('writes a report that stands alone', () => {
    const report = readFileSync(join(folder.path, 'report.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>/i);
    expect(report).toContain('load');
    expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('writes the same bytes again from the same seed, and keeps no workspace', async () => {
    const again = await analyze('again.json', '--scores', '--train-rows', '240');
    expect(again.code).toBe(0);
    expect(readFileSync(join(folder.path, 'again.json'), 'utf8')).toBe(text);
    expect(folder.leftovers()).toEqual([]);
  });

  it('keeps the stream and its model in the workspace that was named', () => {
    expect(folder.database()).toMatchObject({ stream: [{ name: 'machine', row_count: ROWS }] });
    expect(folder.database()!['model']).toHaveLength(1);
  });

  it('marks plain trouble beside the events', async () => {
    const lines = machine(500).trimEnd().split('\n');
    const stuck = lines.map((line, i) => (i > 300 && i <= 360 ? line.replace(/,.*/, ',5') : line));
    stuck.splice(420, 30);
    folder.write('stuck.csv', stuck.join('\n'));
    const { code, stdout } = await folder.offbeat('analyze', 'stuck.csv', '--json', 'stuck.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Beside them:\n {2}load stood still once, 59 min in all, at 2026-01-01 05:00/,
    );
    expect(stdout).toMatch(/\n {2}no rows came once, 31 min in all, at 2026-01-01 06:58/);
    const found = JSON.parse(readFileSync(join(folder.path, 'stuck.json'), 'utf8')) as Result;
    expect(found['marks']).toEqual([
      { kind: 'flat', channel: 'load', start: minute(300), end: minute(359) },
      { kind: 'gap', channel: '', start: minute(418), end: minute(449) },
    ]);
  });

  it('says how uneven rows and missing values were treated, and scores none of them', async () => {
    const lines = machine(400).trimEnd().split('\n');
    const two = lines.map((line, i) => {
      if (i === 0) return `${line},flow`;
      return `${i % 50 === 7 ? line.replace(/,.*/, ',') : line},${Math.cos(i / 5).toFixed(3)}`;
    });
    // Two rows come late, so that three steps differ; a later one never comes.
    for (const i of [301, 302]) two[i] = two[i].replace(':00.000Z', i === 301 ? ':30Z' : ':45Z');
    two.splice(351, 1);
    folder.write('uneven.csv', two.join('\n'));
    const words = ['analyze', 'uneven.csv', '--json', 'uneven.json', '--scores'];
    const { code, stdout } = await folder.offbeat(...words, '--train-rows', '200');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Rows are taken as they come, not resampled: one every 1 min is usual, 4 steps differ. ' +
        'Missing values, never scored: load 8.\n',
    );
    const found = JSON.parse(readFileSync(join(folder.path, 'uneven.json'), 'utf8')) as Result;
    expect(found).toMatchObject({
      rows: 399,
      taken: {
        ...{ resampled: false, usualStepMs: 60_000, unevenSteps: 4 },
        missing: [
          { channel: 'load', cells: 8 },
          { channel: 'flow', cells: 0 },
        ],
      },
    });
    type Scored = { t: string; channels: { name: string; residual: number | null }[] };
    const scores = (found.scores as unknown as Scored[]).filter(({ t }) => t > minute(205));
    const unscored = (k: number) =>
      scores.filter(({ channels }) => channels[k].residual === null).map(({ t }) => t);
    expect(unscored(0)).toEqual([206, 256, 306, 356].map(minute));
    expect(unscored(1)).toEqual([]);
  });

  it('takes every choice about the file from its options', async () => {
    const lines = machine(200).trimEnd().split('\n').slice(1);
    const german = lines.map((line, i) => {
      const value = line.split(',')[1]!.replace('.', ',');
      return `${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')} 3/2/2026;${value}`;
    });
    const dated = german.map((line) => line.replace(/^(\S+) (\S+);/, '$2 $1;'));
    folder.write('german.csv', `Zeit;Druck\n${dated.join('\n')}\n`);
    const options = ['--date-order', 'DMY', '--time-zone', 'Europe/Berlin', '--decimal', ','];
    const names = ['--time', 'Zeit', '--channels', 'Druck', '--delimiter', ';'];
    const output = ['--json', 'german.json', '--encoding', 'utf-8'];
    const { code } = await folder.offbeat('analyze', 'german.csv', ...options, ...names, ...output);
    expect(code).toBe(0);
    const json = readFileSync(join(folder.path, 'german.json'), 'utf8');
    expect(JSON.parse(json)).toMatchObject({
      rows: 200,
      quarantined: 0,
      model: { trainFrom: '2026-02-02T23:00:00.000Z', channels: ['Druck'] },
    });
  });
});
