import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { csvFolder, minute, START_MS, table } from './csv-folder.ts';

const folder = csvFolder();
afterAll(() => folder.remove());

const refusal = async (content: string, choices = {}): Promise<unknown> =>
  folder.import(content, choices).catch((error: unknown) => error);

describe('rows that are read', () => {
  it('come out as times and columns, in the order of the file', async () => {
    const text = table('time,load,note,speed', 5000, (i) => `${minute(i)},${i}.25,ok,${-i}`);
    const { counts, t, columns } = await folder.import(text);
    expect(counts).toEqual({
      rows: 5000,
      quarantined: 0,
      missing: 0,
      backward: 0,
      gaps: 0,
      periodMs: 60_000,
    });
    expect(t.every((time, i) => time === START_MS + i * 60_000)).toBe(true);
    expect(columns[0]!.every((value, i) => value === i + 0.25)).toBe(true);
    expect(columns[1]!.every((value, i) => value === 0 - i)).toBe(true);
  });

  it('are every number that was written', async () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
    const [written] = fc.sample(fc.array(value, { minLength: 300, maxLength: 400 }), 1);
    const text = table('time;load', written!.length, (i) => {
      return `${minute(i)};${String(written![i]).replace('.', ',')}`;
    });
    const { columns } = await folder.import(text, { decimal: ',' });
    expect(columns[0]).toEqual(written);
  });

  it('are spaced by the period where there is no time', async () => {
    const text = table('load,speed', 50, (i) => `${i % 5},${7 - (i % 3)}`);
    const { counts, t } = await folder.import(text, { periodMs: 250 });
    expect(t).toEqual(Array.from({ length: 50 }, (_, i) => i * 250));
    expect(counts.periodMs).toBe(250);
  });

  it('have their times read in the zone of the file, over both clock changes', async () => {
    const local = ['2021-03-28 01:30', '2021-03-28 03:30', '2021-10-31 02:30', '2021-10-31 03:30'];
    const text = table('time,load', 4, (i) => `${local[i]},${i}`);
    const { t } = await folder.import(text, { timeZone: 'Europe/Paris' });
    expect(t.map((time) => new Date(time).toISOString().slice(0, 16))).toEqual([
      '2021-03-28T00:30',
      '2021-03-28T01:30',
      '2021-10-31T00:30',
      '2021-10-31T02:30',
    ]);
  });

  it('have holes where a cell is empty or says so', async () => {
    const cells = ['', 'NA', 'nan', '-', ' '];
    const text = table(
      'time,load',
      50,
      (i) => `${minute(i)},${i % 10 === 3 ? cells[(i - 3) / 10] : i}`,
    );
    const { counts, columns } = await folder.import(text);
    expect(counts).toMatchObject({ rows: 50, quarantined: 0, missing: 5 });
    expect(columns[0]!.flatMap((value, i) => (Number.isNaN(value) ? [i] : []))).toEqual([
      3, 13, 23, 33, 43,
    ]);
  });
});

describe('rows that are set aside', () => {
  const lines = table('time,load,speed', 40, (i) => `${minute(i)},${i},${2 * i}`).split('\n');
  const withLine = (line: number, text: string): string =>
    lines.map((old, i) => (i === line - 1 ? text : old)).join('\n');

  it.each([
    ['of too few fields', `${minute(5)},1`, /^2 fields where 3 were expected$/],
    ['of too many fields', `${minute(5)},1,2,3`, /^4 fields where 3 were expected$/],
    ['with words for a number', `${minute(5)},bad,2`, /"load" holds "bad" where a number was/],
    ['with Infinity for a number', `${minute(5)},1,Infinity`, /"speed" holds "Infinity"/],
    ['with no time', `,1,2`, /"time" holds "" where a time was expected/],
    ['with an impossible time', `2026-02-30T00:00:00,1,2`, /"time" holds "2026-02-30T00:00:00"/],
  ])('%s keep their line, text and reason, and their neighbours stay', async (_, text, reason) => {
    for (const timeZone of ['UTC', 'Europe/Paris']) {
      const { counts, t, quarantined } = await folder.import(withLine(7, text), { timeZone });
      expect(counts).toMatchObject({ rows: 39, quarantined: 1 });
      expect(quarantined).toEqual([{ line: 7, text, reason: expect.stringMatching(reason) }]);
      expect(t).toEqual(
        Array.from({ length: 40 }, (_, i) => START_MS + i * 60_000).toSpliced(5, 1),
      );
    }
  });

  it('never take more than themselves, wherever they are', async () => {
    const places = fc.uniqueArray(fc.integer({ min: 2, max: 40 }), { maxLength: 15 });
    const newline = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(places, newline, async (bad, end) => {
        const text = lines.map((line, i) => (bad.includes(i + 1) ? 'stopped' : line)).join(end);
        const { counts, quarantined, columns } = await folder.import(text);
        expect(counts).toMatchObject({ rows: 40 - bad.length, quarantined: bad.length });
        expect(quarantined.map(({ line }) => line)).toEqual(bad.toSorted((a, b) => a - b));
        const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => !bad.includes(i + 2));
        expect(columns[0]).toEqual(kept);
      }),
      { numRuns: 12 },
    );
  });

  it('name the lines that a stray quote joined', async () => {
    const text = lines.with(9, lines[9]!.replace(',', ',"')).with(12, `${lines[12]}"`);
    const { counts, quarantined } = await folder.import(text.join('\n'));
    expect(counts).toMatchObject({ rows: 36, quarantined: 1 });
    expect(quarantined[0]).toMatchObject({
      line: 10,
      reason: expect.stringMatching(/a quote joins lines 10 to 13$/),
    });
  });

  it('are not taken in when a stray quote joins them in a column that nobody reads', async () => {
    const noted = table('time,load,note', 40, (i) => {
      return `${minute(i)},${i},${i === 8 || i === 20 ? '"valve' : 'fine'}`;
    });
    const { counts, quarantined } = await folder.import(`${noted.trimEnd()}"\n`);
    expect(counts.quarantined).toBe(1);
    expect(quarantined[0]).toMatchObject({ line: 10, reason: expect.stringMatching(/quote/) });
  });

  it('may be the first row of a file without header, cut short', async () => {
    const rows = lines.slice(1).with(0, '5');
    const { counts, quarantined } = await folder.import(rows.join('\n'));
    expect(counts).toMatchObject({ rows: 39, quarantined: 1 });
    expect(quarantined[0]).toMatchObject({ line: 1, reason: '1 field where 3 were expected' });
  });

  it('end the import when they are the majority', async () => {
    const plan = { header: true, delimiter: ',' } as const;
    const text = table('time,load', 3000, (i) => (i < 300 ? `${minute(i)},${i}` : `${i},1,2`));
    expect(await refusal(text, plan)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/of machine\.csv could not be read; line 302: 3 fields/),
    });
  });
});

describe('what is counted', () => {
  it('counts steps back and gaps, and takes the median for the period', async () => {
    const at = (i: number): number => (i === 50 ? 20 : i > 80 ? i + 500 : i);
    const text = table('time,load', 100, (i) => `${minute(at(i))},${i}`);
    const { counts } = await folder.import(text);
    // Row 50 steps back by 29 minutes and row 51 forward by 31.
    expect(counts).toMatchObject({ rows: 100, backward: 1, gaps: 2, periodMs: 60_000 });
  });

  it('counts gaps far beyond the rows from which the period comes', async () => {
    const text = table('time,load', 30_000, (i) => {
      return `${minute(i + 10 * Math.floor(i / 10_000))},${i % 7}`;
    });
    expect((await folder.import(text)).counts).toMatchObject({ gaps: 2, backward: 0 });
  });

  it('finds the period behind thousands of rows of one second', async () => {
    const text = table('time,load', 20_000, (i) => {
      return `${minute(Math.floor(i / 5000)).slice(0, 19)},${i % 7}`;
    });
    expect((await folder.import(text)).counts).toMatchObject({ rows: 20_000, periodMs: 60_000 });
  });
});

describe('files that make no recording', () => {
  it('are refused when time never moves on', async () => {
    const text = table('time,load', 50, (i) => `${minute(0)},${i}`);
    expect(await refusal(text)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/Time never moves forward in machine\.csv: all 50 rows/),
    });
  });

  it('are refused when the chosen channels hold nothing', async () => {
    const text = table('time,load,speed', 50, (i) => `${minute(i)},${i},nan`);
    const channels = [{ column: 2, name: 'speed', unit: '' }];
    expect(await refusal(text, { channels })).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/All 50 rows of machine\.csv have no value in speed/),
    });
  });

  it('are refused by the line of a quote that stays open below the sample', async () => {
    const text = table('time,load', 20_000, (i) => `${minute(i)},${i === 18_000 ? '"' : ''}${i}`);
    expect(await refusal(text)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/quote \("\) opened on line 18002 of machine\.csv/),
    });
  });
});
