/** What live streams find reaches the rules: at once, and after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { DEFAULT_CHECKS } from '../../shared/domain/feed-state.ts';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import { cardOf } from '../report/learnt-store.ts';
import { RULE } from './alert-place.ts';

let folder: string;
let engine: Engine;
const open = (): Promise<Engine> =>
  createEngine({ workspace: folder, shell: 'browser', version: '1', resumesJobs: true });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-live-alerts-'));
  engine = await open();
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pressFeed(): Promise<number> {
  const feed = {
    ...{ name: 'Press', decoder: null, checks: DEFAULT_CHECKS },
    source: { kind: 'tcp', host: '127.0.0.1', port: 1, idleMs: 0 },
  } as const;
  const { streamId, feedId } = await engine.store.write['feed.create'](feed, null);
  await engine.store.write['feed.change'](feedId, { isPaused: true });
  return streamId;
}

function eventAt(start: number, name: string): AnomalyEvent {
  const channel = { name, share: 1, observed: 9, expectedLow: 3, expectedHigh: 4, stoodOut: true };
  return {
    ...{ start, end: start + 1000, peakTime: start, peakScore: 4, severity: 'high' },
    ...{ kind: 'spike', evidence: { before: 3, during: 9 }, channels: [channel] },
    provisional: false,
  };
}

async function outage(streamId: number, isOpen: boolean, start: number): Promise<KeptProblem> {
  const problem = {
    kind: 'stale',
    channel: '',
    found: 60_000,
    expected: 1000,
    detail: '',
  } as const;
  const report = { ...problem, start, end: start + 60_000, isOpen };
  const [kept] = await engine.store.write['problem.put'](streamId, [report]);
  return kept!;
}

it('a problem raises, is acknowledged as an event, and ends', async () => {
  const streamId = await pressFeed();
  const { handlers } = engine;
  const sink = await handlers['sink.save'](null, {
    ...{ name: 'Bell', isEnabled: true, config: { kind: 'desktop' } },
  });
  await handlers['rule.save'](null, { ...RULE, language: 'zh-CN', sinks: [sink.id] });
  const start = Date.now();
  const problem = await outage(streamId, true, start);
  engine.emit('event.changed', { source: 'data', problem });
  const alerts = () => engine.store.read['alert.list'](10);
  await expect.poll(alerts, { timeout: 20_000 }).toMatchObject([{ phase: 'raised', count: 1 }]);
  const [{ events }] = await alerts();
  expect(events[0]).toMatchObject({ topic: 'data', isOpen: true });
  expect(events[0]!.sentence).toMatch(/\p{Script=Han}/u);

  await handlers['event.triage'](problem.id, { acknowledged: true });
  await expect
    .poll(async () => (await alerts())[0]!.acknowledgedAt, { timeout: 20_000 })
    .not.toBeNull();
  const over = await outage(streamId, false, start);
  engine.emit('event.changed', { source: 'data', problem: over });
  await expect.poll(alerts, { timeout: 20_000 }).toMatchObject([{ phase: 'resolved' }]);
  const log = await handlers['delivery.list'](null, 10);
  expect(log.map(({ kind }) => kind)).toEqual(['resolve', 'raise']);
});

it('what was found just before an engine ended is told by the next, once', async () => {
  const streamId = await pressFeed();
  await engine.handlers['rule.save'](null, RULE);
  await outage(streamId, true, Date.now());
  for (let restarts = 0; restarts < 2; restarts++) {
    await engine.close();
    engine = await open();
    expect(await engine.store.read['alert.list'](10)).toHaveLength(1);
  }
});

it('an event of a model from while no alerts were made is told once; history is not', async () => {
  const streamId = await pressFeed();
  await engine.handlers['rule.save'](null, RULE);
  await engine.store.write['stream.append'](streamId, {
    t: Float64Array.of(Date.now()),
    columns: [],
  });
  const options = { mode: 'stream', seed: 1 } as const;
  const { modelId } = await engine.store.write['monitor.create'](
    ...([streamId, ['pressure'], options, 'active'] as const),
  );
  // As a model is found that was learnt a minute ago, after the rule was made.
  const historyTo = Date.now() + 60_000;
  const card = { ...cardOf(modelId, streamId, ['pressure']), historyTo };
  const events = [historyTo - 1000, historyTo + 1000].map((start) => eventAt(start, 'pressure'));
  await engine.store.write['model.publish'](card, Uint8Array.of(1), events);
  for (let restarts = 0; restarts < 2; restarts++) {
    await engine.close();
    engine = await open();
    const alerts = await engine.store.read['alert.list'](10);
    const found = alerts.flatMap((alert) => alert.events);
    const anomalies = found.filter(({ topic }) => topic === 'anomaly');
    expect(anomalies.map(({ start }) => start)).toEqual([historyTo + 1000]);
  }
});

it('odd shapes of the model in use are told once; of history and of a shadow none', async () => {
  const streamId = await pressFeed();
  await engine.handlers['rule.save'](null, RULE);
  const { write } = engine.store;
  await write['stream.append'](streamId, { t: Float64Array.of(Date.now()), columns: [] });
  const options = { mode: 'reference', seed: 1 } as const;
  const historyTo = Date.now() + 200;
  const starts = [historyTo - 100, historyTo + 100];
  for (const [role, channel] of [
    ['shadow', 'flow'],
    ['active', 'pressure'],
  ] as const) {
    const { modelId } = await write['monitor.create'](streamId, [channel], options, role);
    const card = { ...cardOf(modelId, streamId, [channel]), historyTo };
    await write['model.publish'](card, Uint8Array.of(1), []);
    const found = starts.map((start) => {
      return { channel, start, end: start + 10, distance: 0.9, usual: 0.5, isOpen: false };
    });
    await write['shapes.commit'](modelId, { found, state: null, savedTo: 0 });
  }
  await expect.poll(() => Date.now()).toBeGreaterThan(historyTo + 200);
  for (let restarts = 0; restarts < 2; restarts++) {
    await engine.close();
    engine = await open();
    const alerts = await engine.store.read['alert.list'](10);
    const events = alerts.flatMap((alert) => alert.events);
    const shapes = events.filter(({ sentence }) => sentence.includes('shape never seen'));
    expect(shapes.map(({ channel, start }) => [channel, start])).toEqual([['pressure', starts[1]]]);
  }
});
