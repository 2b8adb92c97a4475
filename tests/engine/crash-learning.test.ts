/** A learning run killed as by kill -9 goes on to what it would have been. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import { machineCsv } from './machine-csv.ts';

const CHILD = fileURLToPath(new URL('./learning-child.ts', import.meta.url));
let folder: string;
let csv: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-learning-'));
  csv = join(folder, 'machine.csv');
  await writeFile(csv, machineCsv(900, 3));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Learnt {
  /** First step that a training told. */
  readonly first: number | null;
  readonly card: ModelCard;
  readonly events: readonly AnomalyEvent[];
}

/** Runs the child; answers what it learnt, or null when it was killed. */
async function run(workspace: string, stop: string): Promise<Learnt | null> {
  const child = spawn(process.execPath, [CHILD, join(folder, workspace), csv, stop]);
  let output = '';
  let complaint = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (complaint += String(text)));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...end) => resolve(end)),
  );
  expect(complaint).toBe('');
  if (signal === 'SIGKILL') return null;
  expect(code).toBe(0);
  return JSON.parse(output) as Learnt;
}

describe.skipIf(process.platform === 'win32')('a run killed while it trains', () => {
  it('goes on from its state, and its weights equal those of an undisturbed run', async () => {
    const whole = (await run('whole', 'never'))!;
    expect(whole.card.trainings).toBeGreaterThan(1);
    expect(whole.first).toBeLessThanOrEqual(10);
    expect(await run('killed', '0:40')).toBeNull();
    expect(await run('killed', '1:20')).toBeNull();
    const resumed = (await run('killed', 'never'))!;
    // The first training was over: none of its steps was done again.
    expect(resumed.first).toBeNull();
    expect(resumed.card).toEqual(whole.card);
    expect(resumed.events).toEqual(whole.events);
  });

  it('does again only what was not saved', async () => {
    expect(await run('killed', '0:70')).toBeNull();
    const resumed = (await run('killed', 'never'))!;
    expect(resumed.first).toBeGreaterThan(70);
  });
});
