import { afterAll, describe, expect, it } from 'vitest';
import { csvFolder, minute, table } from './csv-folder.ts';

const folder = csvFolder();
afterAll(() => folder.remove());

describe('guesses of the dialect', () => {
  it.each([',', ';', '\t', '|'])('finds fields between %j', async (sign) => {
    const text = table(['time', 'load', 'speed'].join(sign), 30, (i) => {
      return [minute(i), i + 0.5, 100 - i].join(sign);
    });
    const { plan, columns, rows } = await folder.preview(text);
    expect(plan).toMatchObject({ delimiter: sign, quote: '"', header: true, decimal: '.' });
    expect(columns.map(({ kind }) => kind)).toEqual(['time', 'number', 'number']);
    expect(rows[0]).toEqual([minute(0), '0.5', '100']);
  });

  it('finds fields between blanks', async () => {
    const { plan } = await folder.preview(table('t load', 30, (i) => `${i} ${i + 0.5}`));
    expect(plan).toMatchObject({ delimiter: ' ', timeColumn: 0 });
    expect(plan.channels).toEqual([{ column: 1, name: 'load', unit: '' }]);
  });

  it('reads quoted fields, with delimiters and line breaks inside', async () => {
    const text = table('"time","load, total","say ""hi"""', 20, (i) => {
      return `"${minute(i)}","${i}.5","a\nb, c"`;
    });
    const { columns, rows } = await folder.preview(text);
    expect(columns.map(({ name }) => name)).toEqual(['time', 'load, total', 'say "hi"']);
    expect(columns.map(({ kind }) => kind)).toEqual(['time', 'number', 'text']);
    expect(rows[1]).toEqual([minute(1), '1.5', 'a\nb, c']);
  });

  it('takes another quote when told', async () => {
    const text = table("time;'load; total'", 20, (i) => `${minute(i)};'${i}'`);
    const { columns } = await folder.preview(text, { quote: "'" });
    expect(columns.map(({ name }) => name)).toEqual(['time', 'load; total']);
  });

  it('knows a file without header by its numbers', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${minute(i)},${i}`).join('\n');
    const { plan, columns } = await folder.preview(rows);
    expect(plan).toMatchObject({ header: false, timeColumn: 0 });
    expect(columns[1]).toMatchObject({ name: 'Column 2', kind: 'number' });
  });

  it('sees decimal commas and reads their columns as numbers', async () => {
    const text = table('zeit;druck', 20, (i) => `${minute(i)};${i},25`);
    const { plan, columns } = await folder.preview(text);
    expect(plan).toMatchObject({ delimiter: ';', decimal: ',' });
    expect(columns[1]!.kind).toBe('number');
  });

  it.each([
    ['\n', 'LF'],
    ['\r\n', 'CR LF'],
    ['\r', 'CR'],
  ])('reads lines that end in %j (%s)', async (end) => {
    const text = table('time,load,state', 20, (i) => `${minute(i)},${i},on`, end);
    const { columns, rows } = await folder.preview(text);
    expect(columns.map(({ name }) => name)).toEqual(['time', 'load', 'state']);
    expect(rows).toHaveLength(20);
    expect(rows[19]).toEqual([minute(19), '19', 'on']);
  });

  it('passes over blank lines above the header', async () => {
    const { columns } = await folder.preview(
      `\n  \n${table('time,load', 9, (i) => `${minute(i)},${i}`)}`,
    );
    expect(columns.map(({ name }) => name)).toEqual(['time', 'load']);
  });

  it('shows no more than the first rows and says how large the file is', async () => {
    const text = table('time,load', 3000, (i) => `${minute(i)},${i}`);
    const { rows, sizeBytes, fileName } = await folder.preview(text);
    expect(rows).toHaveLength(50);
    expect(sizeBytes).toBe(text.length);
    expect(fileName).toBe('machine.csv');
  });
});

describe('guesses of the channels', () => {
  it('takes names and units from the headers', async () => {
    const text = table('time,Pressure (bar),temp [°C],speed', 9, (i) => `${minute(i)},1,2,${i}`);
    const { plan } = await folder.preview(text);
    expect(plan.channels).toEqual([
      { column: 1, name: 'Pressure', unit: 'bar' },
      { column: 2, name: 'temp', unit: '°C' },
      { column: 3, name: 'speed', unit: '' },
    ]);
  });

  it('leaves out a first column that only counts the rows', async () => {
    const text = table(',time,load', 30, (i) => `${i},${minute(i)},${i % 7}`);
    const { plan } = await folder.preview(text);
    expect(plan.channels.map(({ name }) => name)).toEqual(['load']);
  });

  it('leaves out what is no measurement: text, nothing, annotations', async () => {
    const text = table('time,load,state,spare,anomaly', 9, (i) => `${minute(i)},${i},on,,0`);
    const { plan, columns } = await folder.preview(text);
    expect(plan.channels.map(({ name }) => name)).toEqual(['load']);
    expect(columns.map(({ kind }) => kind)).toEqual(['time', 'number', 'text', 'empty', 'number']);
  });

  it('keeps a column of numbers with holes', async () => {
    const text = table('time,load', 20, (i) => `${minute(i)},${i % 2 ? 'NA' : i}`);
    expect((await folder.preview(text)).plan.channels).toHaveLength(1);
  });
});

describe('guesses of the time', () => {
  it.each([
    ['s', 1e3],
    ['ms', 1],
    ['us', 1e-3],
  ] as const)('reads epoch %s', async (unit, factor) => {
    const start = Date.UTC(2026, 0, 1) / factor;
    const text = table('count,when', 20, (i) => `${i % 3},${start + (i * 1000) / factor}`);
    const { plan } = await folder.preview(text);
    expect(plan).toMatchObject({ timeColumn: 1, timeFormat: { kind: 'epoch', unit } });
  });

  it('reads the unit of counted time off the header', async () => {
    const of = async (header: string): Promise<unknown> =>
      (await folder.preview(table(`${header},load`, 20, (i) => `${i * 10},${i % 4}`))).plan;
    expect(await of('time (ms)')).toMatchObject({ timeColumn: 0, timeFormat: { unit: 'ms' } });
    expect(await of('time [µs]')).toMatchObject({ timeColumn: 0, timeFormat: { unit: 'us' } });
    expect(await of('time (s)')).toMatchObject({ timeColumn: 0, timeFormat: { unit: 's' } });
    expect(await of('时间')).toMatchObject({ timeColumn: 0, timeFormat: { unit: 's' } });
  });

  it('has no time where nothing rises, and takes the period', async () => {
    const text = table('load,speed', 20, (i) => `${i % 5},${7 - (i % 3)}`);
    const { plan } = await folder.preview(text, { periodMs: 250 });
    expect(plan).toMatchObject({ timeColumn: null, periodMs: 250 });
    expect(plan.channels).toHaveLength(2);
  });

  it('lets the time column be turned off', async () => {
    const text = table('time,load', 20, (i) => `${i},${i}`);
    const { plan } = await folder.preview(text, { timeColumn: null });
    expect(plan.timeColumn).toBeNull();
    expect(plan.channels.map(({ name }) => name)).toEqual(['time', 'load']);
  });

  it('asks when day and month cannot be told apart anywhere in the file', async () => {
    const text = table('date,load', 12, (i) => `${i + 1}/${(i % 6) + 1}/2026 10:00,${i}`);
    const { plan, questions } = await folder.preview(text);
    expect(plan.timeFormat).toMatchObject({ kind: 'date' });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ kind: 'day-month-order' });
    expect(questions[0]!.examples[0]).toBe('1/1/2026 10:00');
    const told = await folder.preview(text, { timeFormat: { kind: 'date', order: 'MDY' } });
    expect(told.questions).toEqual([]);
  });

  it.each([
    ['13/2/2026 00:00', 'DMY'],
    ['2/13/2026 00:00', 'MDY'],
  ])('decides by one date (%s) far below the sample', async (decisive, order) => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `1/2/2026 00:${i % 60},${i % 9}`);
    lines.push(`${decisive},1`);
    const { plan, questions } = await folder.preview(`date,load\n${lines.join('\n')}\n`);
    expect(plan.timeFormat).toEqual({ kind: 'date', order });
    expect(questions).toEqual([]);
  });
});

describe('refusals', () => {
  const refusal = async (content: string, choices = {}): Promise<unknown> =>
    folder.preview(content, choices).catch((error: unknown) => error);
  const good = table('time,load', 9, (i) => `${minute(i)},${i}`);

  it('refuses choices that do not fit the file as bad usage', async () => {
    const channel = { column: 9, name: 'x', unit: '' };
    expect(await refusal(good, { timeColumn: 7 })).toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(/machine\.csv has 2 columns.*column 8/),
    });
    expect(await refusal(good, { channels: [channel] })).toMatchObject({ code: 'bad-usage' });
    expect(await refusal(good, { channels: [] })).toMatchObject({ code: 'bad-usage' });
    expect(await refusal(good, { timeZone: 'Nowhere/Land' })).toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(/Nowhere\/Land.*Europe\/Paris/),
    });
  });

  it('names the line of a quote that is never closed, header included', async () => {
    const rows = good.split('\n');
    const broken = (at: number): string =>
      rows.map((row, i) => (i === at ? row.replace(',', ',"') : row)).join('\n');
    for (const at of [0, 1, 5, 9]) {
      expect(await refusal(broken(at))).toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining(`quote (") opened on line ${at + 1} of machine.csv`),
      });
    }
  });

  it('names the line of a quote that swallows a long file', async () => {
    const long = table('time,load', 40_000, (i) => `${minute(i)},${i === 3 ? '"' : ''}${i}`);
    expect(await refusal(long)).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('quote (") opened on line 5 of machine.csv'),
    });
  });

  it('names a line that is too long, wherever it is', async () => {
    const endless = '1,'.repeat(5 * 1024 * 1024);
    expect(await refusal(endless)).toMatchObject({
      message: expect.stringContaining('Line 1 of machine.csv is longer than 1 MiB'),
    });
    expect(await refusal(`time,load\n${endless}`)).toMatchObject({
      message: expect.stringContaining('Line 2 of machine.csv is longer than 1 MiB'),
    });
  });

  it('takes a table of very long lines that keep to the limit', async () => {
    const width = 30_000;
    const names = Array.from({ length: width }, (_, i) => `channel ${i}`).join(',');
    const { columns } = await folder.preview(table(names, 3, (i) => `${i},`.repeat(width - 1) + i));
    expect(columns).toHaveLength(width);
  });
});
