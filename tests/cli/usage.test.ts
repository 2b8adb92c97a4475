import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, machine, type CliFolder } from './offbeat-process.ts';

describe('the command line', () => {
  let folder: CliFolder;
  let file: string;
  beforeAll(() => {
    folder = cliFolder();
    file = folder.write('machine.csv', machine(200));
  });
  afterAll(() => folder.remove());

  it.each([
    ['an unknown option', ['analyze', 'FILE', '--fast'], /--fast/],
    ['an unknown command', ['analyse', 'FILE'], /analyse/],
    ['no file', ['analyze'], /file\.csv/],
    ['a file too many', ['analyze', 'FILE', 'FILE'], /too many arguments/],
    [
      'two ways to choose the training rows',
      ['analyze', 'FILE', '--train', '2026-01-01..2026-01-02', '--train-rows', '100'],
      /--train.*--train-rows/,
    ],
    ['a seed of words', ['analyze', 'FILE', '--seed', 'lucky'], /seed.*whole number/i],
    ['a seed below zero', ['analyze', 'FILE', '--seed', '-1'], /seed.*whole number/i],
    ['a seed with a fraction', ['analyze', 'FILE', '--seed', '1.5'], /seed.*whole number/i],
    ['no training rows', ['analyze', 'FILE', '--train-rows', '0'], /above 0/],
    ['half a range', ['analyze', 'FILE', '--train', '2026-01-01'], /FROM\.\.TO/],
    ['a range that runs back', ['analyze', 'FILE', '--train', '2026-02-01..2026-01-01'], /FROM/],
    ['an unknown mode', ['analyze', 'FILE', '--mode', 'guess'], /stream, reference, auto/],
    ['an unknown encoding', ['analyze', 'FILE', '--encoding', 'ebcdic'], /utf-8/],
    ['an unknown date order', ['analyze', 'FILE', '--date-order', 'YDM'], /DMY, MDY, YMD/],
    ['an unknown time zone', ['analyze', 'FILE', '--time-zone', 'Nowhere/Land'], /Nowhere\/Land/],
    ['a period of nothing', ['analyze', 'FILE', '--period', '0'], /above 0/],
    ['no names of channels', ['analyze', 'FILE', '--channels', ','], /[Nn]ames/],
    ['a file for a workspace', ['analyze', 'FILE', '--workspace', 'FILE'], /cannot be a workspace/],
    ['a port beyond the last', ['serve', '--port', '70000'], /port from 0 to 65535/],
    ['a machine that is not simulated', ['simulate', 'lathe', '--out', 'x.csv'], /pump/],
    ['nowhere to write', ['simulate', 'pump'], /--out/],
  ])('ends with 2 for %s', async (_, args, words) => {
    const { code, stdout, stderr } = await folder.offbeat(
      ...args.map((arg) => (arg === 'FILE' ? file : arg)),
    );
    expect(code).toBe(2);
    expect(stderr.replaceAll('\n', ' ')).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(folder.leftovers()).toEqual([]);
  });

  it.each([
    [[], ['analyze', 'serve', 'simulate']],
    [['analyze'], ['--train', '--train-rows', '--mode', '--workspace', '--json', '--seed']],
    [['serve'], ['--port', '--workspace', '--demo', '--no-open']],
    [['simulate'], ['--out', '--rows', '--period', '--seed']],
  ])('explains itself: %j --help', async (command, words) => {
    const { code, stdout, stderr } = await folder.offbeat(...command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: offbeat /);
    for (const word of words) expect(stdout).toContain(word);
  });

  it('says its version', async () => {
    const { code, stdout } = await folder.offbeat('--version');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('writes a recording that it reads itself', async () => {
    const args = ['simulate', 'pump', '--out', 'pump.csv', '--rows', '300', '--seed', '2'];
    expect((await folder.offbeat(...args)).code).toBe(0);
    const run = await folder.offbeat('analyze', 'pump.csv', '--channels', 'none');
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/its columns are time, /);
    expect(existsSync(folder.workspace)).toBe(false);
  });
});
