import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../electron/engine/report/report-html.ts';
import { renderJson } from '../../electron/engine/report/report-json.ts';
import { reportOf } from '../../electron/engine/report/report-of.ts';
import type { ActivityStatistics, NewLabel } from '../../shared/domain/activity.ts';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import { learntStream, PERIOD_MS, START_MS } from './learnt-store.ts';

const HALF = 1000;

describe('what the machine did, in a report', () => {
  let place: TemporaryStore;
  let streamId: number;
  beforeAll(async () => {
    place = await temporaryStore();
    const channels = [{ name: 'load', unit: 'kW' }];
    streamId = await learntStream(place.store, { rows: 2 * HALF, channels, events: 4 });
  });
  afterAll(() => place.remove());

  const label = (from: number, to: number, activity: string, kind = 'activity'): NewLabel => ({
    ...{ kind: kind as NewLabel['kind'], activity, author: '', note: '' },
    ...{ start: START_MS + from * PERIOD_MS, end: START_MS + to * PERIOD_MS },
  });

  it('is left out where nobody said', async () => {
    const report = await reportOf(place.store, streamId, 'en');
    expect(report.activities).toBeNull();
    expect(renderHtml(report)).not.toContain('What followed what');
  });

  it('stands by day and by activity, and beside each event', async () => {
    const labels = [
      label(0, HALF, 'idle'),
      label(HALF, 2 * HALF, 'run <fast>'),
      label(0, 2 * HALF, '', 'anomaly'),
    ];
    const add = labels.map((one) => ({ streamId, label: one }));
    await place.store.write['label.edit']({ add });
    const report = await reportOf(place.store, streamId, 'en');
    const changeAt = START_MS + HALF * PERIOD_MS;
    for (const { event, activity } of report.events) {
      expect(activity).toBe(event.start < changeAt ? 'idle' : 'run <fast>');
    }
    expect(new Set(report.events.map(({ activity }) => activity)).size).toBe(2);
    expect(report.evaluation).toMatchObject({ incidents: 1, found: 1 });
    const html = renderHtml(report);
    expect(html).toContain('run &lt;fast&gt;');
    expect(html).toContain('As labelled');
    expect(html).toMatch(/<td>2026-03-01<\/td><td>/);
    const { activities } = JSON.parse(renderJson(report)) as { activities: ActivityStatistics };
    expect(activities.bouts.map(({ activity, totalMs }) => [activity, totalMs])).toEqual([
      ['idle', HALF * PERIOD_MS],
      ['run <fast>', HALF * PERIOD_MS],
    ]);
    expect(activities.transitions.counts.flat()).toEqual([0, 1, 0, 0]);
    const zh = renderHtml(await reportOf(place.store, streamId, 'zh-CN'));
    expect(zh).toContain('工况转换次数');
  });
});
