/** What it takes to follow a stream as it comes: received, stored and scored, on this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DetectionMode } from '../../../shared/domain/model.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { createRandom, type Random } from '../../../shared/math/prng.ts';
import { quantile } from '../../../shared/math/stats.ts';
import { createEngine, type Engine } from '../engine.ts';
import { openBenchDevice } from './bench-device.ts';
import { createBenchFeed } from './bench-feed.ts';

const LOOK_EVERY_MS = 50;
const LEARNT_MS_MAX = 3_600_000;

export interface MonitorLoad {
  readonly channels: number;
  readonly rowsPerSecond: number;
  readonly mode: DetectionMode;
  /** Rows it learns from before, and then so many seconds of live data. */
  readonly trainRows: number;
  readonly seconds: number;
}

export interface MonitorFigures {
  /** Seconds of training and of going through the rows before. */
  readonly learnSeconds: number;
  /** Processor time over time, of all threads, the sender's too: 1 is one core. */
  readonly cores: number;
  /** How long the oldest row without a score waits, ms. */
  readonly latencyMs: { readonly median: number; readonly worst: number };
  readonly sent: number;
  readonly scored: number;
}

/** version: of the application. */
export async function measureMonitor(load: MonitorLoad, version: string): Promise<MonitorFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-monitor-'));
  const engine = await createEngine({ workspace: folder, shell: 'browser', version });
  const random = createRandom(2);
  const device = await openBenchDevice(stepOf(load), (t) => {
    return `${t},${rowOf(random, t, load.channels).join(',')}\n`;
  });
  try {
    const { streamId, newest } = await recorded(engine, load);
    const started = performance.now();
    const options = { mode: load.mode, trainRows: load.trainRows, seed: 1 } as const;
    const { modelId } = await engine.live.monitors.start(streamId, options, 'active');
    const scored = newestScore(engine, modelId);
    await until(async () => {
      const [{ phase }] = await engine.live.monitors.list(streamId);
      return phase === 'scoring' && (await scored()) >= newest;
    }, LEARNT_MS_MAX);
    const learnSeconds = (performance.now() - started) / 1000;

    await createBenchFeed(engine, device.source, load.channels, { streamId });
    await until(() => Promise.resolve(device.sent > 0), 10_000);
    // The first seconds compile.
    await wait(2000);
    const before = process.cpuUsage();
    const from = performance.now();
    const late: number[] = [];
    while (performance.now() - from < 1000 * load.seconds) {
      await wait(LOOK_EVERY_MS);
      const newestScored = await scored();
      const waiting = newestScored < device.sentTo ? Date.now() - newestScored - stepOf(load) : 0;
      late.push(Math.max(0, waiting));
    }
    const { user, system } = process.cpuUsage(before);
    const cores = (user + system) / 1000 / (performance.now() - from);
    device.stop();
    await until(async () => (await scored()) >= device.sentTo, 60_000);
    return {
      ...{ learnSeconds, cores },
      latencyMs: { median: quantile(Float64Array.from(late), 0.5), worst: Math.max(...late) },
      sent: device.sent,
      scored: await scoredAfter(engine, modelId, newest),
    };
  } finally {
    await engine.close();
    device.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const stepOf = ({ rowsPerSecond }: MonitorLoad): number => 1000 / rowsPerSecond;

function rowOf(random: Random, t: number, channels: number): number[] {
  return Array.from({ length: channels }, (_, k) =>
    Number((20 + k + Math.sin(t / 3000 + k) + 0.1 * random.normal()).toFixed(4)),
  );
}

/** The stream as it was until now. */
async function recorded(
  engine: Engine,
  load: MonitorLoad,
): Promise<{ streamId: number; newest: number }> {
  const { channels, trainRows } = load;
  const step = stepOf(load);
  const { store } = engine;
  const names = Array.from({ length: channels }, (_, k) => ({ name: `c${k}`, unit: '' }));
  const stream = { name: 'Bench', channels: names, periodMs: step, hasTime: true };
  const streamId = await store.write['stream.create'](stream);
  const random = createRandom(1);
  const first = Date.now() - trainRows * step;
  const t = Float64Array.from({ length: trainRows }, (_, i) => Math.round(first + i * step));
  const rows = Array.from(t, (time) => rowOf(random, time, channels));
  const columns = names.map((_, k) => Float64Array.from(rows, (row) => row[k]));
  const newest = t[trainRows - 1];
  const batch: SampleBatch = { t, columns };
  await store.write['stream.append'](streamId, batch);
  const counted = { periodMs: step, duplicates: 0, backward: 0, gaps: 0 };
  await store.write['stream.publish'](streamId, counted);
  return { streamId, newest };
}

function newestScore(engine: Engine, modelId: number): () => Promise<number> {
  let newest = -Infinity;
  return async () => {
    const times = await engine.store.read['score.times'](modelId, newest, 1_000_000);
    newest = times.at(-1) ?? newest;
    return newest;
  };
}

async function scoredAfter(engine: Engine, modelId: number, after: number): Promise<number> {
  return (await engine.store.read['score.times'](modelId, after, 100_000_000)).length;
}

async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('The model did not come so far in time.');
    await wait(LOOK_EVERY_MS);
  }
}
