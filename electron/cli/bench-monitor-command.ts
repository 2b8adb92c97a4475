/** `offbeat bench monitor`: what it takes to follow a live stream, wide or quick. */
import { Command } from 'commander';
import type { DetectionMode } from '../../shared/domain/model.ts';
import { formatCount } from '../../shared/domain/words.ts';
import { measureMonitor, type MonitorLoad } from '../engine/bench/monitor-bench.ts';
import { positiveInteger } from './option-values.ts';
import { VERSION } from './version.ts';

/** What one core must bear. */
const LOADS = [
  { channels: 2000, rowsPerSecond: 1 },
  { channels: 25, rowsPerSecond: 1000 },
] as const;

interface MonitorOptions {
  readonly channels?: number;
  readonly rate: number;
  readonly mode: DetectionMode;
  readonly trainRows: number;
  readonly seconds: number;
}

export function benchMonitorCommand(): Command {
  return new Command('monitor')
    .description('Receive, store and score live streams: 2000 channels at 1 Hz and 25 at 1 kHz.')
    .option('--channels <n>', 'instead: so many channels', positiveInteger)
    .option('--rate <hz>', 'at so many rows a second', positiveInteger, 1)
    .option('--mode <mode>', 'stream or reference', 'reference')
    .option('--train-rows <n>', 'rows to learn from first', positiveInteger, 1000)
    .option('--seconds <n>', 'of live data', positiveInteger, 30)
    .action(run);
}

async function run({ channels, rate, mode, trainRows, seconds }: MonitorOptions): Promise<void> {
  const asked = channels === undefined ? LOADS : [{ channels, rowsPerSecond: rate }];
  for (const one of asked) await measure({ ...one, mode, trainRows, seconds });
}

async function measure(load: MonitorLoad): Promise<void> {
  const { channels, rowsPerSecond, mode } = load;
  process.stdout.write(
    `${formatCount(channels)} channels at ${formatCount(rowsPerSecond)} Hz, ${mode} mode\n`,
  );
  const { learnSeconds, cores, latencyMs, sent, scored } = await measureMonitor(load, VERSION);
  const isWhole = sent === scored;
  process.stdout.write(
    `  learnt in ${learnSeconds.toFixed(1)} s; then ${cores.toFixed(2)} s of processor time ` +
      `for a second of data: ${cores < 1 ? 'one core bears it' : 'one core does NOT bear it'}\n` +
      `  a row waits ${latencyMs.median.toFixed(0)} ms for its score (median), ` +
      `${latencyMs.worst.toFixed(0)} ms at worst\n` +
      `  ${formatCount(sent)} rows sent, ${formatCount(scored)} scored` +
      `${isWhole ? '' : ': NOT all'}\n`,
  );
  if (cores >= 1 || !isWhole) process.exitCode = 1;
}
