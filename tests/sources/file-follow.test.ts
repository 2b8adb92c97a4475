/** Files that are cut, rotated and left half written, and going on after a restart. */
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globOf } from '../../electron/engine/sources/watched-folder.ts';
import { QUICK, SourceReader, type ReaderOptions } from './reader.ts';

let folder: string;
let path: string;
let reader: SourceReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-follow-'));
  path = join(folder, 'log.csv');
});
afterEach(async () => {
  await reader.stop();
  rmSync(folder, { recursive: true });
});

const follow = (from: 'start' | 'end', options?: ReaderOptions): SourceReader =>
  (reader = new SourceReader({ kind: 'file', path, from }, options));
const rows = (count: number): Promise<void> => reader.until(() => reader.rows.length >= count);

describe('a followed file', () => {
  it('is read from its start or its end, where half a line is no row', async () => {
    writeFileSync(path, '1 0\n2 0\n77');
    follow('end');
    await reader.isOpen();
    appendFileSync(path, '7 0\n3 0\n');
    await rows(1);
    await reader.stop();
    expect(reader.firsts()).toEqual([3]);
    follow('start');
    await rows(4);
    expect(reader.firsts()).toEqual([1, 2, 777, 3]);
  });

  it('waits for the end of a line', async () => {
    writeFileSync(path, '1 0\n2 ');
    follow('start');
    await rows(1);
    appendFileSync(path, '5\n3 0\n');
    await rows(3);
    expect(reader.rows.map(({ values }) => values)).toEqual([
      [1, 0],
      [2, 5],
      [3, 0],
    ]);
  });

  it('takes a last line without an end once nobody writes any more', async () => {
    writeFileSync(path, '1 0\n2 5');
    follow('start', { limits: { ...QUICK, fileSettleMs: 50 } });
    await rows(2);
    expect(reader.rows.at(-1)!.values).toEqual([2, 5]);
  });

  it('begins anew when it is cut to nothing, or written anew', async () => {
    writeFileSync(path, '1 0\n2 0\n');
    follow('start');
    await rows(2);
    truncateSync(path);
    await reader.until(() => reader.pieces.at(-1)!.complete);
    appendFileSync(path, '3 0\n');
    await rows(3);
    // Longer than before: only its bytes tell.
    writeFileSync(path, '4 0\n5 0\n6 0\n7 0\n');
    await rows(7);
    expect(reader.firsts()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(reader.bad).toEqual([]);
  });

  it('is looked for until it is there', async () => {
    follow('start');
    await reader.until(() => reader.states.at(-1)!.status === 'waiting');
    expect(reader.states.at(-1)!.detail).toContain('There is no such file');
    writeFileSync(path, '1 0\n');
    await rows(1);
    expect(reader.states.at(-1)!.status).toBe('open');
  });

  it('goes on after a restart where its rows were stored', async () => {
    writeFileSync(path, '1 0\n2 0\n');
    follow('end', { resume: () => null });
    await reader.isOpen();
    appendFileSync(path, '3 0\n4 ');
    await rows(1);
    await reader.stop();
    const positions = reader.positions;
    appendFileSync(path, '0\n5 0\n');
    follow('end', { resume: (origin) => positions.get(origin) ?? null });
    await rows(2);
    expect(reader.firsts()).toEqual([4, 5]);
  });

  it('goes on in the rotated file when it was rotated meanwhile', async () => {
    writeFileSync(path, '1 0\n2 0\n');
    follow('start');
    await rows(2);
    await reader.stop();
    const positions = reader.positions;
    appendFileSync(path, '3 0\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, '4 0\n');
    follow('start', { resume: (origin) => positions.get(origin) ?? null });
    await rows(2);
    expect(reader.firsts()).toEqual([3, 4]);
  });

  it('is followed through copying and cutting', async () => {
    writeFileSync(path, '1 0\n');
    follow('start');
    await rows(1);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, '2 0\n');
    await rows(2);
    expect(reader.firsts()).toEqual([1, 2]);
  });
});

describe('a watched folder', () => {
  const watch = (options?: ReaderOptions): SourceReader =>
    (reader = new SourceReader({ kind: 'folder', path: folder, pattern: '*.csv' }, options));

  it('reads old files first, each to its end, and passes over others', async () => {
    writeFileSync(join(folder, 'b.csv'), '1 0\n2 0');
    writeFileSync(join(folder, 'a.csv'), '3 0\n');
    writeFileSync(join(folder, 'notes.txt'), '9 9\n');
    utimesSync(join(folder, 'b.csv'), 1, 1);
    watch({ limits: { ...QUICK, fileSettleMs: 0 } });
    await rows(3);
    expect(reader.firsts()).toEqual([1, 2, 3]);
    appendFileSync(join(folder, 'a.csv'), '4 0\n');
    await rows(4);
    writeFileSync(join(folder, 'c.csv'), '5 0\n');
    await rows(5);
    expect(reader.firsts()).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not read a file again after a restart', async () => {
    writeFileSync(join(folder, 'a.csv'), '1 0\n');
    watch();
    await rows(1);
    await reader.stop();
    const positions = reader.positions;
    writeFileSync(join(folder, 'b.csv'), '2 0\n');
    watch({ resume: (origin) => positions.get(origin) ?? null });
    await rows(1);
    expect(reader.firsts()).toEqual([2]);
  });

  it('knows patterns', () => {
    expect(
      ['a.csv', 'A.CSV', 'a.csv.part', 'xcsv'].map((name) => globOf('*.csv').test(name)),
    ).toEqual([true, true, false, false]);
    expect(globOf('run-?.(1)').test('run-7.(1)')).toBe(true);
  });
});
