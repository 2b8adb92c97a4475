/** A feed under a steady load for long: does memory grow, does it fall behind, is all there? */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FeedState } from '../../../shared/domain/feed-state.ts';
import { quantile } from '../../../shared/math/stats.ts';
import { createEngine } from '../engine.ts';
import { openBenchDevice } from './bench-device.ts';
import { createBenchFeed } from './bench-feed.ts';

const SAMPLE_EVERY_MS = 1000;
/** Of the samples: caches fill and code is compiled meanwhile. */
const WARM_UP = 0.2;
/** Of its memory, and of its lag, that the last third may have more than the first. */
const GROWTH_MAX = 0.1;
/** Less is no lag: rows wait a tenth of a second for company. */
const LAG_GROWTH_MS_MAX = 100;
/** What was sent last is stored by then, ms. */
const DRAIN_MS_MAX = 10_000;

export interface SoakMinute {
  readonly minute: number;
  readonly rssMb: number;
  /** Of the newest stored row behind the sender, the worst of the minute, ms. */
  readonly lagMs: number;
  readonly rowsPerSecond: number;
}

/** Medians of the first and of the last third of the time after the warm-up. */
export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly isFlat: boolean;
}

export interface SoakOutcome {
  readonly memoryMb: Trend;
  readonly lagMs: Trend;
  readonly sent: number;
  readonly stored: number;
}

/** A device that sends rows a millisecond apart, as fast as they are old, for so many minutes. */
export async function soakIngest(
  { minutes, channels }: { minutes: number; channels: number },
  version: string,
  report: (minute: SoakMinute) => void,
): Promise<SoakOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-soak-'));
  const device = await openBenchDevice(1, (t) => lineOf(t, channels));
  const engine = await createEngine({ workspace: folder, shell: 'browser', version });
  try {
    let state: FeedState | null = null;
    let lag = 0;
    engine.onEvent((event, payload) => {
      if (event !== 'feed.changed') return;
      state = payload as FeedState;
      if (state.storedTo !== null) lag = Math.max(lag, Date.now() - state.storedTo);
    });
    const { streamId } = await createBenchFeed(engine, device.source, channels);
    const memory: number[] = [];
    const lags: number[] = [];
    const perMinute = 60_000 / SAMPLE_EVERY_MS;
    for (let minute = 1, before = 0; minute <= minutes; minute++) {
      for (let sample = 0; sample < perMinute; sample++) {
        lag = 0;
        await wait(SAMPLE_EVERY_MS);
        memory.push(process.memoryUsage().rss / 1e6);
        lags.push(lag);
      }
      const rows = (state as FeedState | null)?.counters.rows ?? 0;
      const lagMs = Math.max(...lags.slice(-perMinute));
      report({ minute, rssMb: memory.at(-1)!, lagMs, rowsPerSecond: (rows - before) / 60 });
      before = rows;
    }
    device.stop();
    const { sent } = device;
    let stored = 0;
    for (let waited = 0; stored < sent && waited < DRAIN_MS_MAX; waited += 100) {
      await wait(100);
      stored = (await engine.store.read['stream.get'](streamId)).rows;
    }
    const memoryMb = trendOf(memory, (first) => GROWTH_MAX * first);
    const lagMs = trendOf(lags, (first) => Math.max(LAG_GROWTH_MS_MAX, GROWTH_MAX * first));
    return { memoryMb, lagMs, sent, stored };
  } finally {
    await engine.close();
    device.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export function trendOf(samples: readonly number[], growthMax: (first: number) => number): Trend {
  const warm = samples.slice(Math.floor(WARM_UP * samples.length));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const first = quantile(Float64Array.from(warm.slice(0, third)), 0.5);
  const last = quantile(Float64Array.from(warm.slice(-third)), 0.5);
  return { first, last, isFlat: last - first <= growthMax(first) };
}

function lineOf(t: number, channels: number): string {
  let text = String(t);
  for (let k = 0; k < channels; k++) text += `,${(20 + k + Math.sin(t / 300)).toFixed(4)}`;
  return `${text}\n`;
}
