/** One report, six forms: they say the same, in both languages, and nothing in them runs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import Papa from 'papaparse';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printByChromium } from '../../electron/engine/report/print-pdf.ts';
import { renderCsv } from '../../electron/engine/report/report-csv.ts';
import { renderHtml } from '../../electron/engine/report/report-html.ts';
import { renderJson } from '../../electron/engine/report/report-json.ts';
import type { ReportModel } from '../../electron/engine/report/report-model.ts';
import { evaluate } from '../../electron/engine/report/report-model.ts';
import { reportOf } from '../../electron/engine/report/report-of.ts';
import { renderParquet } from '../../electron/engine/report/report-parquet.ts';
import { renderXlsx } from '../../electron/engine/report/report-xlsx.ts';
import { findChromium } from '../system/chromium.mjs';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import { learntStream, PERIOD_MS, START_MS } from './learnt-store.ts';

const FORMULA = '=HYPERLINK("http://evil.invalid")';
const MARKUP = '<img src=x onerror=alert(1)>"\'';
const CHANNELS = [
  { name: FORMULA, unit: 'bar' },
  { name: MARKUP, unit: '<b>' },
];

let place: TemporaryStore;
let folder: string;
let report: ReportModel;
beforeAll(async () => {
  place = await temporaryStore();
  folder = mkdtempSync(join(tmpdir(), 'offbeat-report-'));
  const id = await learntStream(place.store, { rows: 3000, channels: CHANNELS, events: 30 });
  const { id: modelId } = (await place.store.read['model.active'](id))!;
  const at = { start: START_MS + 60_000, end: START_MS + 70_000 };
  const shape = { ...at, channel: MARKUP, distance: 0.9, usual: 0.5, isOpen: false };
  await place.store.write['shapes.commit'](modelId, { found: [shape], state: null, savedTo: 0 });
  report = withVerdicts(await reportOf(place.store, id, 'en'));
});
afterAll(async () => {
  await place.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** As a user leaves it: some events judged, one with a hostile note. */
function withVerdicts(model: ReportModel): ReportModel {
  const events = model.events.map((event, i) => ({
    ...event,
    verdict: i < 6 ? ('confirmed' as const) : i < 8 ? ('dismissed' as const) : null,
    label: i === 0 ? '@SUM(A1)' : '',
    note: i === 0 ? '</script><script>alert(1)</script>\n-2+3' : '',
    activity: i === 0 ? '+pumping' : '',
  }));
  return {
    ...model,
    events,
    evaluation: evaluate(events, { incidents: [{ from: START_MS, to: START_MS + 1 }], normal: [] }),
  };
}

interface Row {
  readonly number: number;
  readonly peak_score: number;
  readonly observed: number;
  readonly sentence: string;
  readonly note: string;
  readonly start: string;
}

function csvRows(text: string): Row[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text.replace(/^\ufeff/, ''), {
    ...{ header: true, skipEmptyLines: true },
  });
  expect(errors).toEqual([]);
  return data.map((row) => ({
    ...{ number: Number(row['number']), peak_score: Number(row['peak_score']) },
    ...{ observed: Number(row['observed']), sentence: row['sentence']! },
    ...{ note: row['note']!, start: row['start']! },
  }));
}

const figures = (rows: readonly Row[]): number[][] =>
  rows.map(({ number, peak_score, observed }) => [number, peak_score, observed]);

const expected = (): number[][] =>
  report.events.map(({ number, event }) => {
    return [number, event.peakScore, event.channels[0].observed];
  });

describe('HTML', () => {
  it.each(['en', 'zh-CN'] as const)('holds no script, loads nothing, in %s', (language) => {
    const html = renderHtml({ ...report, language });
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|<b>| on\w+=(?!alert)|url\(/i);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('&lt;/script&gt;&lt;script&gt;');
    expect(html).toContain("default-src 'none'");
    expect(html.match(/<svg /g)!.length).toBeGreaterThan(30);
    expect(html.match(/<tr><td>\d+<\/td>/g)).toHaveLength(30);
  });

  it('lists what stands beside the score', () => {
    const html = renderHtml(report);
    expect(html).toContain('<h2>Beside the events</h2>');
    expect(html).toContain('took a shape never seen, 1.8 times as unlike the past as any before');
    expect(html).not.toContain('The newest');
    expect(renderHtml({ ...report, beside: [] })).not.toContain('Beside the events');
    const many = { ...report, beside: Array.from({ length: 5 }, () => report.beside[0]) };
    expect(renderHtml(many, 2)).toContain('The newest 2 of 5.');
  });

  it('speaks Chinese throughout', () => {
    const html = renderHtml({ ...report, language: 'zh-CN' });
    for (const word of [
      '时间线',
      '逐个事件',
      '事件之外',
      '数据质量',
      '召回率',
      '方法',
      '序号',
      '误报',
    ]) {
      expect(html).toContain(word);
    }
    expect(html).not.toMatch(/>(Summary|Events|Model|Data|Method|Severity|Overview)</);
  });

  it('counts gaps, missing values and verdicts', () => {
    const html = renderHtml(report);
    expect(html).toContain('<dd>=HYPERLINK(&quot;http://evil.invalid&quot;): 30</dd>');
    expect(html).toContain('<dd>75 % (6 of 8)</dd>');
    expect(html).toContain('<dd>0 % (0 of 1)</dd>');
  });

  it('stays under 10 MB with ten thousand events', async () => {
    const many = { rows: 60_000, channels: CHANNELS, events: 10_000, name: 'Long' };
    const id = await learntStream(place.store, many);
    const html = renderHtml(await reportOf(place.store, id, 'en'));
    expect(html.match(/<tr><td>\d+<\/td>/g)).toHaveLength(10_000);
    expect(Buffer.byteLength(html)).toBeLessThan(10e6);
  });
});

describe('a stretch', () => {
  it('holds its own events and rows', async () => {
    const [{ id }] = await place.store.read['stream.list']();
    const range = { from: START_MS, to: START_MS + 999 * PERIOD_MS };
    const part = await reportOf(place.store, id, 'en', range);
    expect(part.quality).toMatchObject({ rows: 1000, gaps: 0 });
    expect(part.quality.missing[0]).toEqual({ name: FORMULA, count: 10 });
    expect(part.events).toHaveLength(10);
    const outside = reportOf(place.store, id, 'en', { from: 0, to: 1 });
    await expect(outside).rejects.toMatchObject({ code: 'bad-usage' });
  });
});

describe('tables', () => {
  it('CSV holds the figures; what could be a formula is text', () => {
    const rows = csvRows(renderCsv(report));
    expect(figures(rows)).toEqual(expected());
    const text = renderCsv(report);
    const fields = Papa.parse<string[]>(text.replace(/^\ufeff/, '')).data.flat();
    expect(fields.filter((field) => /^[=+@\t\r]/.test(field) || /^-\D/.test(field))).toEqual([]);
    expect(fields).toContain("'@SUM(A1)");
    expect(fields).toContain("'+pumping");
    expect(rows[0]!.note).toContain('\n-2+3');
  });

  it('JSON holds them too', () => {
    const json = JSON.parse(renderJson(report)) as {
      events: { number: number; peakScore: number; channels: { observed: number | null }[] }[];
    };
    const read = json.events.map(({ number, peakScore, channels }) => {
      return [number, peakScore, channels[0]!.observed];
    });
    expect(read).toEqual(expected());
    expect(json.events[0]!.channels[1]!.observed).toBeNull();
  });

  it('XLSX opens in another reader with equal figures and without formulas', async () => {
    const bytes = await renderXlsx(report);
    const sheets = await readXlsxFile(Buffer.from(bytes));
    const names = ['Summary', 'Events', 'Channels', 'Beside the events'];
    expect(sheets.map(({ sheet }) => sheet)).toEqual(names);
    expect(sheets[3].data[1][2]).toBe(MARKUP);
    const [, ...rows] = sheets[1]!.data;
    const at = (name: string): number => csvColumns().indexOf(name);
    const read = rows.map((row) => {
      return [row[at('number')], row[at('peak_score')], row[at('observed')]];
    });
    expect(read).toEqual(expected());
    expect(rows[0]![at('start')]).toEqual(new Date(report.events[0]!.event.start));
    expect(rows[0]![at('channel')]).toBe(FORMULA);
    for (const [name, content] of Object.entries(unzipSync(bytes))) {
      expect(name.includes('sheet') && new TextDecoder().decode(content).includes('<f>')).toBe(
        false,
      );
    }
  });

  const soffice = ['/usr/bin/soffice', '/Applications/LibreOffice.app/Contents/MacOS/soffice'].find(
    (path) => existsSync(path),
  );
  it.skipIf(!soffice)('XLSX opens in LibreOffice with equal figures', async () => {
    const file = join(folder, 'report.xlsx');
    writeFileSync(file, await renderXlsx(report));
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2';
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const args = [profile, '--headless', '--convert-to', filter, '--outdir', folder, file];
    execFileSync(soffice!, args, { stdio: 'ignore', timeout: 55_000 });
    const [, ...rows] = Papa.parse<string[]>(
      readFileSync(join(folder, 'report-Events.csv'), 'utf8').trimEnd(),
    ).data;
    const at = (name: string): number => csvColumns().indexOf(name);
    rows.forEach((row, i) => {
      const [number, score, observed] = expected()[i]!;
      expect(Number(row[at('number')])).toBe(number);
      expect(Number(row[at('peak_score')])).toBeCloseTo(score!, 6);
      expect(Number(row[at('observed')])).toBeCloseTo(observed!, 6);
    });
    expect(rows).toHaveLength(30);
  });

  it('Parquet opens in another reader with equal figures', async () => {
    const bytes = renderParquet(report);
    const rows = (await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    })) as unknown as Row[];
    expect(figures(rows)).toEqual(expected());
    expect(rows[0]!.start).toEqual(new Date(report.events[0]!.event.start));
    expect(rows[0]!.note).toBe(report.events[0]!.note);
  });
});

function csvColumns(): string[] {
  return renderCsv(report)
    .replace(/^\ufeff/, '')
    .split('\r\n')[0]!
    .split(',');
}

describe('PDF', () => {
  const { path } = findChromium(() => undefined);
  it.skipIf(!path)('has pages, printed by the Chromium that is there', async () => {
    process.env['OFFBEAT_CHROMIUM'] ??= path!;
    const pdf = Buffer.from(await printByChromium(renderHtml({ ...report, language: 'zh-CN' })));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(3);
    expect(pdf.toString('latin1')).not.toMatch(/\/JavaScript|\/Launch/);
  });
});
