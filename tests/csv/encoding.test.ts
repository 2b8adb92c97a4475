import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { csvFolder, minute, table } from './csv-folder.ts';

const folder = csvFolder();
afterAll(() => folder.remove());

const CHINESE = table(
  '时间,温度(℃),压力,状态',
  60,
  (i) => `${minute(i)},${20 + i},${i}.5,运行正常`,
);
const FRENCH = table('Heure;Température (°C);Débit;État', 60, (i) => {
  return `${minute(i)};${20 + i};${i},5;arrêté à la fenêtre, réglé`;
});

describe('encodings', () => {
  it.each([
    ['utf-8', 'utf8', false],
    ['utf-8', 'utf8', true],
    ['utf-16le', 'utf-16le', true],
    ['utf-16be', 'utf-16be', true],
    ['gbk', 'gbk', false],
  ])('knows Chinese in %s (%s, byte-order mark %s)', async (encoding, name, addBOM) => {
    const { plan, columns, rows } = await folder.preview(iconv.encode(CHINESE, name, { addBOM }));
    expect(plan).toMatchObject({ encoding, timeColumn: 0, delimiter: ',' });
    expect(columns.map((column) => column.name)).toEqual(['时间', '温度', '压力', '状态']);
    expect(columns[1]!.unit).toBe('℃');
    expect(rows[59 % rows.length]![3]).toBe('运行正常');
  });

  it.each([
    ['utf-8', 'utf8', false],
    ['utf-16le', 'utf-16le', false],
    ['utf-16be', 'utf-16be', false],
    ['latin1', 'win1252', false],
  ])('knows French in %s (%s, byte-order mark %s)', async (encoding, name, addBOM) => {
    const { plan, columns } = await folder.preview(iconv.encode(FRENCH, name, { addBOM }));
    expect(plan).toMatchObject({ encoding, delimiter: ';', decimal: ',' });
    expect(columns.map((column) => column.name)).toEqual(['Heure', 'Température', 'Débit', 'État']);
    expect(columns[1]!.unit).toBe('°C');
  });

  it('is not misled by a character that the sample cuts in two', async () => {
    const line = (pad: number): string => `${'x'.repeat(pad)}é`;
    for (const pad of [0, 1, 2, 3]) {
      const text = table('时间,load,note', 9000, (i) => {
        return `${minute(i)},${i},${i === 0 ? line(pad) : 'é运é运'}`;
      });
      expect((await folder.preview(text)).plan.encoding).toBe('utf-8');
    }
  });

  it('takes the encoding that is chosen', async () => {
    const { columns } = await folder.preview(iconv.encode(FRENCH, 'win1252'), {
      encoding: 'latin1',
    });
    expect(columns[3]!.name).toBe('État');
  });

  it.each(['utf8', 'utf-16le', 'utf-16be', 'gbk'])(
    'imports more than one chunk of %s without losing a character',
    async (name) => {
      const text = table(
        '时间,温度(℃),状态',
        30_000,
        (i) => `${minute(i)},${i}.5,状态${'运'.repeat(i % 7)}`,
      );
      const { counts, columns, quarantined } = await folder.import(iconv.encode(text, name));
      expect(counts).toMatchObject({ rows: 30_000, quarantined: 0, periodMs: 60_000 });
      expect(columns[0]!.every((value, i) => value === i + 0.5)).toBe(true);
      expect(quarantined).toEqual([]);
    },
  );
});
