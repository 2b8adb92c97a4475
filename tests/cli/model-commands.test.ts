import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, machine, type CliFolder } from './offbeat-process.ts';

describe('a stream of a workspace', () => {
  let folder: CliFolder;
  const ask = (...words: string[]) => folder.offbeat(...words, '--workspace', folder.workspace);

  beforeAll(async () => {
    folder = cliFolder();
    folder.write('machine.csv', machine(600, 400));
    const { code } = await ask('analyze', 'machine.csv', '--train-rows', '240');
    expect(code).toBe(0);
  });
  afterAll(() => folder.remove());

  it('tells its events in words, in both languages', async () => {
    const { code, stdout } = await ask('events', 'machine');
    expect(code).toBe(0);
    expect(stdout).toMatch(/load (fell|rose) to .* expected/);
    expect(stdout).toMatch(/\d+ events?\.\n$/);
    expect((await ask('events', 'machine', '--lang', 'zh')).stdout).toMatch(/load (降|升)到/);
    expect((await ask('detect', 'machine')).stdout).toBe(stdout);
  });

  it('says what each threshold would have made of its scores', async () => {
    const { code, stdout } = await ask('threshold', 'machine', '--alarms-per-day', '2');
    expect(code).toBe(0);
    for (const name of ['record-hold', 'training-range', 'fixed', 'spot', 'dspot', 'telemanom']) {
      expect(stdout).toMatch(new RegExp(`^${name}:\\S+ gave `, 'm'));
    }
  });

  it('tells its events anew by a threshold put in force, and goes back', async () => {
    const before = (await ask('events', 'machine')).stdout;
    const applied = await ask('threshold', 'machine', '--apply', 'fixed:50');
    expect([applied.code, applied.stdout]).toEqual([
      0,
      expect.stringMatching(/^machine: fixed:50 is in force and tells 0 events\. Go back with/),
    ]);
    expect((await ask('events', 'machine')).stdout).toBe('0 events.\n');
    const usual = await ask('threshold', 'machine', '--alarms-per-day', '2', '--method', 'fixed');
    expect(usual.stdout).toMatch(/^fixed:50 \(in force\) gives /m);
    expect((await ask('models', 'rollback', 'machine')).code).toBe(0);
    expect((await ask('events', 'machine')).stdout).toBe(before);
  });

  it('is learnt again with another threshold', async () => {
    const words = ['train', 'machine', '--train-rows', '240', '--threshold', 'record-hold:4.4'];
    const { code, stdout } = await ask(...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^machine: learnt load from 240 rows \(stream mode, /);
  });

  it('refuses in words what it does not know', async () => {
    expect((await ask('events', 'nobody')).code).toBe(3);
    const odd = await ask('train', 'machine', '--threshold', 'magic:3');
    expect(odd.code).toBe(2);
    expect(odd.stderr).toMatch(/record-hold:3\.2/);
    const nothing = await ask('threshold', 'machine');
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('--apply METHOD')]);
    const both = await ask('threshold', 'machine', '--apply', 'fixed:3', '--alarms-per-day', '1');
    expect(both.code).toBe(2);
    const half = await ask('threshold', 'machine', '--apply', 'fixed');
    expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('record-hold:3.2')]);
  });
});
