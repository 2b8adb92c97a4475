/** `offbeat simulate`: a recording of a machine, or the machine itself, to try things on. */
import { Argument, Command } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { FEED_EXAMPLES } from '../../shared/domain/feed-url.ts';
import type { SimulatedMachine } from '../../shared/domain/feed.ts';
import { formatTime } from '../../shared/domain/words.ts';
import { simulateTo } from '../engine/sources/simulate-to.ts';
import { simulatePump, type PumpRecording } from '../engine/sources/simulator-pump.ts';
import { feedSource } from './feed-source.ts';
import { positiveInteger, positiveNumber, seedNumber } from './option-values.ts';
import { stopSignal } from './stop-signal.ts';
import { writeBeside } from './write-beside.ts';

interface SimulateOptions {
  readonly out?: string;
  readonly to?: string;
  readonly rows?: number;
  readonly period?: number;
  readonly seed: number;
}

const START_MS = Date.UTC(2026, 0, 5);
const RECORDING = { rows: 14 * 24 * 60, periodMs: 60_000 };
const LIVE_PERIOD_MS = 1000;
const ROWS_PER_PIECE = 4096;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Write a recording of a simulated machine with its faults, or be the machine.')
    .addArgument(new Argument('<kind>', 'the machine').choices(['pump', 'server', 'phone']))
    .option('--out <file.csv>', 'write a recording of the pump')
    .option('--to <url>', `send rows as time passes, e.g. ${FEED_EXAMPLES.udp}`)
    .option('--rows <n>', 'length (20160 of a recording, no end when sent)', positiveInteger)
    .option('--period <ms>', 'spacing of rows (60000; 1000 when sent)', positiveNumber)
    .option('--seed <n>', 'seed of everything random', seedNumber, 1)
    .action(run);
}

async function run(machine: SimulatedMachine, options: SimulateOptions): Promise<void> {
  const { out, to, seed } = options;
  if ((out === undefined) === (to === undefined)) {
    throw new Failure('bad-usage', 'Say where to: --out FILE for a recording, or --to URL.');
  }
  if (out !== undefined) return record(machine, out, options);
  const { rows = Infinity, period: periodMs = LIVE_PERIOD_MS } = options;
  process.stderr.write(`Sending to ${to}; stop with Ctrl+C.\n`);
  const sent = await simulateTo(feedSource(to!), { machine, seed, periodMs, rows }, stopSignal());
  process.stdout.write(`${sent} rows sent to ${to}\n`);
}

async function record(
  machine: SimulatedMachine,
  out: string,
  { rows = RECORDING.rows, period: periodMs = RECORDING.periodMs, seed }: SimulateOptions,
): Promise<void> {
  if (machine !== 'pump') {
    throw new Failure('bad-usage', `There is no recording of ${machine}; send it with --to URL.`);
  }
  const pump = simulatePump({ seed, rows, startMs: START_MS, periodMs });
  await writeBeside(out, csvText(pump));
  process.stdout.write(`${rows} rows written to ${out}\n`);
  for (const { kind, from, to } of pump.faults) {
    process.stdout.write(`  ${kind}: ${formatTime(from)} to ${formatTime(to)} UTC\n`);
  }
}

function* csvText({ channels, batch }: PumpRecording): Generator<string> {
  const names = channels.map(({ name, unit }) => `${name} (${unit})`);
  yield `time,${names.join(',')}\n`;
  for (let from = 0; from < batch.t.length; from += ROWS_PER_PIECE) {
    const rows = Array.from(batch.t.subarray(from, from + ROWS_PER_PIECE), (t, i) => {
      const values = batch.columns.map((column) => column[from + i].toFixed(4));
      return `${new Date(t).toISOString()},${values.join(',')}\n`;
    });
    yield rows.join('');
  }
}
