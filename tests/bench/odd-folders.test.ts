import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasFolder, listSeries, readSeries } from '../../electron/engine/bench/series.ts';

let data: string;
beforeAll(() => void (data = mkdtempSync(join(tmpdir(), 'offbeat-odd-'))));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(data, path)), { recursive: true });
  writeFileSync(join(data, path), text);
}

const stamp = (row: number): string =>
  new Date(Date.UTC(2014, 0, 1) + 300_000 * row).toISOString().slice(0, 19).replace('T', ' ');

/** NAB's columns, ended as Windows does, with an empty line behind. */
const nab = (rows: number): string =>
  [
    'timestamp,value',
    ...Array.from({ length: rows }, (_, i) => `${stamp(i)},${i % 7}`),
    '',
    '',
  ].join('\r\n');

describe('folders that are not quite as published', () => {
  it('take windows of any name, files without an anomaly, and the folder itself', () => {
    put('a/NAB/data/mine/pump a.csv', nab(600));
    put('a/NAB/data/mine/quiet.csv', nab(500));
    const window = [`${stamp(400)}.000000`, `${stamp(420)}.000000`];
    put(
      'a/NAB/labels/my_windows.json',
      JSON.stringify({ 'mine/pump a.csv': [window], 'mine/quiet.csv': [], 'mine/gone.csv': [] }),
    );
    const files = listSeries(join(data, 'a'), 'nab');
    expect(files.map(({ name }) => name)).toEqual(['pump a', 'quiet']);
    expect(listSeries(join(data, 'a/NAB'), 'nab')).toHaveLength(2);
    expect(listSeries(join(data, 'a'), 'skab')).toEqual([]);
    const series = readSeries(files[0]);
    expect([series.t.length, series.trainRows]).toEqual([600, 90]);
    expect(series.spans![0].map((t) => series.t.indexOf(t))).toEqual([400, 420]);
    expect(series.columns[0].every(Number.isFinite)).toBe(true);
  });

  it('name the labels that are no JSON', () => {
    put('b/NAB/data/x/one.csv', nab(600));
    expect(listSeries(join(data, 'b'), 'nab')).toEqual([]);
    expect(hasFolder(join(data, 'b'), 'nab')).toBe(true);
    put('b/NAB/labels/combined_windows.json', '{"x/one.csv": [');
    expect(() => listSeries(join(data, 'b'), 'nab')).toThrow(/combined_windows\.json is no JSON/);
  });

  it('say why a recording cannot be scored', () => {
    put('c/NAB/data/x/tiny.csv', nab(40));
    put('c/NAB/data/x/empty.csv', '');
    put('c/NAB/labels/combined_windows.json', '{"x/tiny.csv": [], "x/empty.csv": []}');
    put('c/UCR/nameless.txt', '1\r\n2\r\n');
    put('c/UCR/1_UCR_Anomaly_mine_90_95_99.txt', '1\r\n'.repeat(90));
    const why = (family: 'nab' | 'ucr', name: string): (() => void) => {
      const file = listSeries(join(data, 'c'), family).find((one) => one.name === name)!;
      return () => readSeries(file);
    };
    expect(why('nab', 'tiny')).toThrow('of 40 rows 6 are learnt from; at least 64 are needed');
    expect(why('nab', 'empty')).toThrow('of 0 rows 0 are learnt from');
    expect(why('ucr', 'nameless')).toThrow('_TRAIN_BEGIN_END');
    expect(why('ucr', '1_UCR_Anomaly_mine_90_95_99')).toThrow('the first 90 are learnt from');
  });

  it('read channels of MSL, 55 columns wide, with and without sequences', () => {
    const wide = (rows: number): string =>
      Array.from({ length: rows }, (_, i) => [i % 9, ...new Array(54).fill(0)].join(',')).join(
        '\r\n',
      );
    for (const part of ['train', 'test']) put(`d/SMAP/${part}/M-1.csv`, `${wide(100)}\r\n`);
    for (const part of ['train', 'test']) put(`d/SMAP/${part}/P-9.csv`, wide(100));
    put(
      'd/SMAP/labeled_anomalies.csv',
      'chan_id,spacecraft,anomaly_sequences,class,num_values\r\n' +
        'M-1,MSL,"[[10, 20], [40, 45]]","[point, point]",100\r\nP-9,SMAP,[],[],100\r\n',
    );
    const [wideOne, silent] = listSeries(join(data, 'd'), 'smap').map(readSeries);
    expect([wideOne.columns.length, wideOne.t.length, wideOne.trainRows]).toEqual([1, 200, 100]);
    expect(wideOne.spans).toEqual([
      [110, 120],
      [140, 145],
    ]);
    expect(silent.spans).toEqual([]);
  });
});
