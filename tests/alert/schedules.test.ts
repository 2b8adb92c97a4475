/** Reports that write themselves, on a clock that is set by hand; the reports are real. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { renderReport } from '../../electron/engine/report/render-report.ts';
import { reportOf } from '../../electron/engine/report/report-of.ts';
import type { ReportSchedule } from '../../shared/domain/alert.ts';
import type { TimeRange } from '../../shared/domain/stream.ts';
import { learntStream, PERIOD_MS, START_MS } from '../report/learnt-store.ts';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import { alertPlace, occurrence, RULE, type AlertPlace } from './alert-place.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROWS = (3 * DAY_MS) / PERIOD_MS / 60;
let folder: string;
let kept: TemporaryStore;
let place: AlertPlace;
let streamId: number;
let clock: number;
const asked: (TimeRange | null)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-schedules-'));
  kept = await temporaryStore();
  const channels = [{ name: 'flow', unit: 'l/s' }];
  streamId = await learntStream(kept.store, { rows: ROWS, channels, events: 6 });
  asked.length = 0;
  clock = START_MS;
  place = alertPlace(kept.store, {
    now: () => clock,
    reportFolder: folder,
    report: async (id, { language, format, range }) => {
      asked.push(range);
      const report = await reportOf(kept.store, id, language, range);
      return renderReport(report, format, () => Promise.reject(new Error('No printer.')));
    },
  });
});
afterEach(async () => {
  await place.alerts.close();
  await kept.remove();
  rmSync(folder, { recursive: true, force: true });
});

const schedule = (part: Partial<ReportSchedule>): ReportSchedule => ({
  ...{ streamId, every: 'day', at: 30, weekday: 1, timeZone: 'UTC', language: 'en' },
  ...{ format: 'html', sinks: [], isEnabled: true },
  ...part,
});
/** Steps the clock and waits until what was due is written. */
async function at(ms: number): Promise<void> {
  clock = ms;
  await place.at(ms);
  await expect
    .poll(
      async () => {
        const all = await kept.store.read['schedule.list']();
        return all.every(({ nextAt }) => nextAt === null || nextAt > ms);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}

it('writes every day once, tells of it, and makes up for one that was missed', async () => {
  const config = { kind: 'desktop' } as const;
  const sink = await place.alerts.saveSink(null, { name: 'Bell', isEnabled: true, config });
  await place.alerts.schedules.save(null, schedule({ sinks: [sink.id] }));
  const list = () => kept.store.read['schedule.list']();
  expect(await list()).toMatchObject([{ nextAt: START_MS + 30 * 60_000, lastAt: null }]);

  await at(START_MS + 29 * 60_000);
  expect(asked).toEqual([]);
  await at(START_MS + 30 * 60_000);
  expect(asked).toEqual([{ from: START_MS - DAY_MS + 30 * 60_000, to: START_MS + 30 * 60_000 }]);
  const [first] = await list();
  expect(first).toMatchObject({ error: '', nextAt: START_MS + DAY_MS + 30 * 60_000 });
  expect(readFileSync(first!.lastFile, 'utf8')).toMatch(/^<!doctype html>/);
  await expect.poll(() => place.told.length, { timeout: 20_000 }).toBe(1);
  expect(place.told[0]!.message).toMatchObject({ kind: 'report', files: [first!.lastFile] });
  const file = await place.alerts.schedules.file(first!.id);
  expect(file).toMatchObject({ mimeType: 'text/html' });

  // Three days pass while nothing runs: the report that was due is written once.
  await at(START_MS + 3 * DAY_MS + HOUR_MS);
  expect(asked).toHaveLength(2);
  const [after] = await list();
  expect(after!.nextAt).toBe(START_MS + 4 * DAY_MS + 30 * 60_000);
  await at(START_MS + 3 * DAY_MS + 2 * HOUR_MS);
  expect(asked).toHaveLength(2);
});

it('says why one could not be written, and goes on', async () => {
  await place.alerts.schedules.save(null, schedule({}));
  await at(START_MS + 90 * DAY_MS);
  const [written] = await kept.store.read['schedule.list']();
  await at(START_MS + 91 * DAY_MS);
  const [failed] = await kept.store.read['schedule.list']();
  expect(failed!.error).toMatch(/has no row from/);
  expect(failed!.lastFile).toBe(written!.lastFile);
  expect(failed!.nextAt).toBeGreaterThan(clock);
});

it('writes with an alert, from a day before what raised it', async () => {
  await place.alerts.saveRule(null, RULE);
  await place.alerts.schedules.save(null, schedule({ every: 'alert', format: 'json' }));
  clock = START_MS + HOUR_MS;
  const start = START_MS + HOUR_MS - 60_000;
  await place.alerts.take(occurrence(streamId, { id: 1, start: clock, end: clock, isOpen: true }));
  await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1);
  expect(asked[0]!.from).toBeLessThanOrEqual(start - DAY_MS + 60_000);
  expect(asked[0]!.to).toBe(Infinity);
  await expect
    .poll(async () => (await kept.store.read['schedule.list']())[0]!.lastFile, { timeout: 20_000 })
    .toMatch(/\.json$/);
});
