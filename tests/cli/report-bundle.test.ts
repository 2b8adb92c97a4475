/** report, bundle and verify over a workspace that analyze left. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, machine, type CliFolder } from './offbeat-process.ts';

let folder: CliFolder;
beforeAll(async () => {
  folder = cliFolder();
  folder.write('machine.csv', machine(700, 500));
  const args = ['--train-rows', '300', '--workspace', folder.workspace];
  expect((await folder.offbeat('analyze', 'machine.csv', ...args)).code).toBe(0);
});
afterAll(() => folder.remove());

const inWorkspace = (...args: string[]) => folder.offbeat(...args, '--workspace', folder.workspace);
const bytesOf = (name: string): Buffer => readFileSync(join(folder.path, name));

describe('report', () => {
  it.each([
    ['html', '<!doctype html>'],
    ['csv', '\ufeffnumber,start'],
    ['json', '{\n "format": "offbeat-report/1"'],
    ['xlsx', 'PK'],
    ['parquet', 'PAR1'],
  ])('writes %s', async (format, begin) => {
    const out = `r.${format}`;
    const { code, stderr } = await inWorkspace('report', 'machine', '--lang', 'zh', '--out', out);
    expect([code, stderr]).toEqual([0, '']);
    expect(bytesOf(out).toString().startsWith(begin)).toBe(true);
  });

  it.each([
    [['report', 'machine', '--out', 'r.exe'], 2, 'A file that ends in'],
    [['report', 'pump', '--out', 'r.html'], 3, 'There is no stream pump; this workspace holds'],
    [['report', 'machine', '--out', 'r.html', '--from', '1999', '--to', '2000'], 2, 'has no row'],
    [['report', 'machine', '--out', 'r.html', '--from', 'noon'], 2, 'A time was expected'],
  ])('%j ends with %d', async (args, expected, said) => {
    const { code, stderr } = await inWorkspace(...args);
    expect(code).toBe(expected);
    expect(stderr).toContain(said);
  });
});

describe('bundle and verify', () => {
  it('what is packed here is equal elsewhere; what was changed is named', async () => {
    const packed = await inWorkspace('bundle', 'machine', '--out', 'm.offbeat');
    expect([packed.code, packed.stderr]).toEqual([0, '']);
    const elsewhere = mkdtempSync(join(tmpdir(), 'offbeat-elsewhere-'));
    try {
      const file = join(elsewhere, 'm.offbeat');
      const bytes = bytesOf('m.offbeat');
      writeFileSync(file, bytes);
      const equal = await folder.offbeat('verify', file);
      expect([equal.code, equal.stderr]).toEqual([0, '']);
      expect(equal.stdout).toMatch(/^Equal: 700 rows of machine/);
      // The packed bytes of the first member after the manifest begin behind its name.
      const at = bytes.indexOf('data.parquet') + 'data.parquet'.length + 500;
      bytes[at]! ^= 1;
      writeFileSync(file, bytes);
      const changed = await folder.offbeat('verify', file);
      expect(changed.code).toBe(3);
      expect(changed.stderr).toContain('is not as it was written. data.parquet:');
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
    const strange = await folder.offbeat('verify', 'machine.csv');
    expect([strange.code, strange.stderr]).toEqual([
      3,
      expect.stringContaining('This is no bundle of Offbeat'),
    ]);
  });
});
