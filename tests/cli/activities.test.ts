import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLabels } from '../../shared/activity/label-formats.ts';
import type { KeptSegment } from '../../shared/domain/activity.ts';
import type { RecogniserEvaluation } from '../../shared/domain/recogniser.ts';
import { MODE_STEP_MS, modeLabels, modeRows } from '../activity/machine-modes.ts';
import { cliFolder, type CliFolder } from './offbeat-process.ts';

const DAY = [0, 1, 2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);
const OTHER_DAY = [2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);

describe('activities on the command line', () => {
  let folder: CliFolder;
  const ask = (...words: string[]) => folder.offbeat(...words, '--workspace', folder.workspace);

  async function record(name: string, day: typeof DAY, seed: number): Promise<void> {
    const { t, columns } = modeRows(day, seed);
    const rows = Array.from(t, (time, i) => {
      return [new Date(time).toISOString(), ...columns.map((column) => column[i])].join(',');
    });
    folder.write(`${name}.csv`, `time,speed,vibration\n${rows.join('\n')}\n`);
    const kept = await ask('analyze', `${name}.csv`, '--train-rows', '200');
    expect(kept.code).toBe(0);
  }

  beforeAll(async () => {
    folder = cliFolder();
    await record('mill', DAY, 1);
    await record('other', OTHER_DAY, 2);
    folder.write('mill.labels.csv', writeLabels(modeLabels(DAY), 'csv'));
    folder.write('other.json', writeLabels(modeLabels(OTHER_DAY), 'label-studio'));
  });
  afterAll(() => folder.remove());

  it('go from labels to segments and figures', async () => {
    const taken = await ask('labels', 'import', 'mill', 'mill.labels.csv', '--author', 'ann');
    expect(taken).toMatchObject({
      code: 0,
      stdout: 'mill: 7 labels added from mill.labels.csv.\n',
    });
    expect((await ask('labels', 'import', 'other', 'other.json')).code).toBe(0);
    const back = await ask('labels', 'export', 'mill', '--out', 'back.csv');
    expect(back.code).toBe(0);
    const text = (name: string) => readFileSync(join(folder.path, name), 'utf8');
    expect(text('back.csv')).toBe(text('mill.labels.csv'));

    const window = String(32 * MODE_STEP_MS);
    const words = ['recognise', 'train', 'mill', '--name', 'modes', '--window', window];
    const learnt = await ask(...words, '--epochs', '4');
    expect(learnt.stderr).toContain('Training');
    expect(learnt).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^modes \(1\): learnt idle, ramp, run; .* accuracy /) as string,
    });

    expect((await ask('recognise', 'run', 'modes', 'other')).code).toBe(0);
    const listed = await ask('segments', 'other');
    expect(listed.stdout).toMatch(/2026-01-05 08:00:00\S* to .* run \(\d+ %\)\n/);
    const json = JSON.parse((await ask('segments', 'other', '--json')).stdout) as KeptSegment[];
    expect(new Set(json.map(({ activity }) => activity))).toContain('idle');

    const judged = await ask('recognise', 'evaluate', 'modes', 'mill', '--json');
    const figures = JSON.parse(judged.stdout) as RecogniserEvaluation;
    expect(figures).toMatchObject({ classes: ['idle', 'ramp', 'run'], wasLearntFrom: true });
    expect(figures.scores.confusion).toHaveLength(3);
    const plain = await ask('recognise', 'evaluate', 'modes', 'mill');
    expect(plain.stdout).toContain('the figures flatter');
  });

  it('are refused in words', async () => {
    const again = await ask('labels', 'import', 'mill', 'mill.labels.csv');
    expect(again.code).toBe(3);
    expect(again.stderr).toMatch(/overlaps "idle"/);
    expect((await ask('labels', 'import', 'mill', 'absent.csv')).code).toBe(3);
    expect((await ask('recognise', 'run', 'nobody', 'mill')).stderr).toMatch(/modes \(1\)/);
    expect((await ask('segments', 'mill')).stderr).toMatch(/No recogniser is at work/);
    const groups = await ask('recognise', 'train', 'mill', '--groups', 'a,b');
    expect(groups.code).toBe(2);
  });
});
