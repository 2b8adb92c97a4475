/** `offbeat bench ingest`: how fast rows are stored, beside SQLite alone. */
import { Command } from 'commander';
import { formatCount } from '../../shared/domain/words.ts';
import { measureIngest, soakIngest } from '../engine/bench/ingest-bench.ts';
import { positiveInteger } from './option-values.ts';
import { VERSION } from './version.ts';

interface IngestOptions {
  readonly rows: number;
  readonly channels: number;
  readonly soak?: number;
}

export function benchIngestCommand(): Command {
  return new Command('ingest')
    .description(
      'Store rows from a followed file and over TCP, beside bare inserts of the same rows.',
    )
    .option('--rows <n>', 'rows to store', positiveInteger, 500_000)
    .option('--channels <n>', 'values in a row', positiveInteger, 8)
    .option('--soak <minutes>', 'instead: 1000 rows a second for so long', positiveInteger)
    .action(run);
}

async function run({ rows, channels, soak }: IngestOptions): Promise<void> {
  if (soak !== undefined) {
    await soakIngest(soak, channels, VERSION, ({ minute, rssMb, lagMs, rowsPerSecond }) => {
      process.stdout.write(
        `minute ${minute}: ${formatCount(rowsPerSecond)} rows/s, at most ${lagMs.toFixed(0)} ms ` +
          `behind, ${rssMb.toFixed(0)} MB\n`,
      );
    });
    return;
  }
  const rates = await measureIngest(rows, channels, VERSION);
  process.stdout.write(`${formatCount(rows)} rows × ${channels} channels\n`);
  for (const name of ['bare', 'file', 'tcp'] as const) {
    const rate = rates[name];
    const values = `${((rate * channels) / 1e6).toFixed(2)} M values/s`;
    const ratio = name === 'bare' ? '' : ` (${(rate / rates.bare).toFixed(2)} of bare)`;
    process.stdout.write(`${TITLES[name]} ${formatCount(rate)} rows/s, ${values}${ratio}\n`);
  }
}

const TITLES = {
  bare: 'bare inserts       ',
  file: 'file, followed     ',
  tcp: 'TCP                ',
} as const;
