/**
 * `node offbeat.mjs bench start`: from the start of the process to the first chart, on a workspace
 * that holds the demo machine. On Electron where its program is installed, else on the stand-in.
 *
 *   --runs N   starts that count, after one that makes the workspace (5)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../electron/build.ts';
import { electronProgram, launch, type Desktop, type Kind } from '../electron/desktop.ts';
import { installedChromium } from '../system/chromium.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
const kind: Kind = electronProgram() ? 'electron' : 'stand-in';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** ms since the start of the process. */
const STEPS = ['windows', 'engine', 'page asked', 'page there', 'first call', 'chart'] as const;
type Times = Readonly<Record<(typeof STEPS)[number], number>>;

async function timesOf(desktop: Desktop): Promise<Times> {
  const page = await desktop.page();
  const isDrawn = (): boolean => performance.getEntriesByName('offbeat.chart').length > 0;
  await page.waitForFunction(isDrawn, null, { polling: 50 });
  const own = await page.evaluate(() => {
    const [{ responseEnd }] = performance.getEntriesByType(
      'navigation',
    ) as PerformanceNavigationTiming[];
    const [chart] = performance.getEntriesByName('offbeat.chart');
    return { origin: performance.timeOrigin, responseEnd, chart: chart.startTime };
  });
  const main = await desktop.evaluate(() => ({
    origin: performance.timeOrigin,
    windows: performance.getEntriesByName('offbeat.windows')[0].startTime,
    engine: performance.getEntriesByName('offbeat.engine')[0].startTime,
    firstCall: globalThis.seen.calls[0].at - performance.timeOrigin,
  }));
  const pageAt = own.origin - main.origin;
  return {
    ...{ windows: main.windows, engine: main.engine, 'page asked': pageAt },
    ...{ 'page there': pageAt + own.responseEnd, 'first call': main.firstCall },
    chart: pageAt + own.chart,
  };
}

await ensureBuilt();
process.env['OFFBEAT_CHROMIUM'] ??= installedChromium() ?? '';
say(`${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; on ${kind}`);
const home = mkdtempSync(join(tmpdir(), 'offbeat-start-'));
const all: Times[] = [];
for (let run = 0; run <= runs; run++) {
  const desktop = await launch({ kind, home, args: ['--demo'] });
  const times = await timesOf(desktop);
  await desktop.quit();
  if (run > 0) all.push(times);
}
rmSync(home, { recursive: true, force: true, maxRetries: 5 });
for (const step of STEPS) {
  const sorted = all.map((times) => times[step]).sort((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[runs >> 1], sorted[runs - 1]];
  const shown = [median, least, most].map((ms) => ms.toFixed(0).padStart(6));
  say(`${step.padEnd(12)}${shown[0]} ms   (${shown[1].trim()} to ${shown[2].trim()})`);
}
