/** `offbeat simulate`: a recording of a simulated machine, to try things on. */
import { Argument, Command } from 'commander';
import { formatTime } from '../../shared/domain/words.ts';
import { simulatePump, type PumpRecording } from '../engine/sources/simulator-pump.ts';
import { positiveInteger, positiveNumber, seedNumber } from './option-values.ts';
import { writeBeside } from './write-beside.ts';

interface SimulateOptions {
  readonly out: string;
  readonly rows: number;
  readonly period: number;
  readonly seed: number;
}

const START_MS = Date.UTC(2026, 0, 5);
const ROWS_PER_PIECE = 4096;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Write a CSV recording of a simulated machine with three faults.')
    .addArgument(new Argument('<kind>', 'the machine').choices(['pump']))
    .requiredOption('--out <file.csv>', 'where to write')
    .option('--rows <n>', 'length', positiveInteger, 14 * 24 * 60)
    .option('--period <ms>', 'spacing of rows', positiveNumber, 60_000)
    .option('--seed <n>', 'seed of everything random', seedNumber, 1)
    .action(async (_kind: string, { out, rows, period, seed }: SimulateOptions) => {
      const pump = simulatePump({ seed, rows, startMs: START_MS, periodMs: period });
      await writeBeside(out, csvText(pump));
      process.stdout.write(`${rows} rows written to ${out}\n`);
      for (const { kind, from, to } of pump.faults) {
        process.stdout.write(`  ${kind}: ${formatTime(from)} to ${formatTime(to)} UTC\n`);
      }
    });
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
