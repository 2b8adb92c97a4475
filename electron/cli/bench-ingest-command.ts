/** `offbeat bench ingest`: how fast rows are stored, beside SQLite alone. */
import { Command } from 'commander';
import { formatCount } from '../../shared/domain/words.ts';
import { INGEST_WAYS, measureIngest } from '../engine/bench/ingest-bench.ts';
import { soakIngest, type Trend } from '../engine/bench/soak.ts';
import { positiveInteger } from './option-values.ts';
import { VERSION } from './version.ts';

interface IngestOptions {
  readonly rows: number;
  readonly channels: number;
  readonly rounds: number;
  readonly soak?: number;
}

export function benchIngestCommand(): Command {
  return new Command('ingest')
    .description(
      'Store rows from a followed file and over TCP, beside bare inserts of the same rows.',
    )
    .option('--rows <n>', 'rows to store', positiveInteger, 500_000)
    .option('--channels <n>', 'values in a row', positiveInteger, 8)
    .option('--rounds <n>', 'how often; medians are told', positiveInteger, 3)
    .option('--soak <minutes>', 'instead: 1000 rows a second for so long', positiveInteger)
    .action(run);
}

async function run({ rows, channels, rounds, soak }: IngestOptions): Promise<void> {
  if (soak !== undefined) return runSoak(soak, channels);
  process.stdout.write(`${formatCount(rows)} rows × ${channels} channels\n`);
  let round = 0;
  const order = { rows, channels, rounds };
  const { rates, ofBare } = await measureIngest(order, VERSION, (done) => {
    const parts = INGEST_WAYS.map((way) => `${TITLES[way]} ${formatCount(done[way])}`);
    process.stdout.write(`round ${++round}: rows/s ${parts.join(', ')}\n`);
  });
  for (const way of INGEST_WAYS) {
    const values = `${((rates[way] * channels) / 1e6).toFixed(2)} M values/s`;
    const ratio = `, ${ofBare[way].toFixed(2)} of bare (at least ${RATIO_LEAST} wanted)`;
    const line = `${TITLES[way]}: ${formatCount(rates[way])} rows/s, ${values}`;
    process.stdout.write(`${line}${way === 'bare' ? '' : ratio}\n`);
  }
}

async function runSoak(minutes: number, channels: number): Promise<void> {
  const outcome = await soakIngest({ minutes, channels }, VERSION, (done) => {
    const { minute, rssMb, lagMs, rowsPerSecond } = done;
    process.stdout.write(
      `minute ${minute}: ${formatCount(rowsPerSecond)} rows/s, at most ${lagMs.toFixed(0)} ms ` +
        `behind, ${rssMb.toFixed(0)} MB\n`,
    );
  });
  const { memoryMb, lagMs, sent, stored } = outcome;
  const isWhole = sent === stored;
  process.stdout.write(
    `memory ${trendWords(memoryMb, 'MB')}\nlag ${trendWords(lagMs, 'ms')}\n` +
      `rows: ${formatCount(sent)} sent, ${formatCount(stored)} stored: ` +
      `${isWhole ? 'all are there' : 'NOT all are there'}\n`,
  );
  if (!memoryMb.isFlat || !lagMs.isFlat || !isWhole) process.exitCode = 1;
}

/** Medians of the first and the last third of the time. */
function trendWords({ first, last, isFlat }: Trend, unit: string): string {
  const words = `${first.toFixed(0)} ${unit} at first, ${last.toFixed(0)} ${unit} at last`;
  return `${words}: ${isFlat ? 'flat' : 'NOT flat'}`;
}

/** Storing takes at most so much longer than SQLite alone. */
const RATIO_LEAST = 0.6;
const TITLES = { bare: 'bare inserts', file: 'followed file', tcp: 'TCP' } as const;
