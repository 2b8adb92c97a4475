/** `offbeat export`: the rows of a stream as CSV, JSON lines or Parquet. */
import { Command } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { rowsAsParquet } from '../engine/export/stream-parquet.ts';
import { rowsAsCsv, rowsAsJson } from '../engine/export/stream-rows.ts';
import { findStream } from './find-stream.ts';
import { rowsBetween, withReads } from './open-reads.ts';
import { moment } from './option-values.ts';
import { writeBeside } from './write-beside.ts';

interface ExportOptions {
  readonly workspace: string;
  readonly from?: number;
  readonly to?: number;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly parquet?: boolean;
  readonly out?: string;
}

const WRITERS = { csv: rowsAsCsv, json: rowsAsJson, parquet: rowsAsParquet } as const;

export function exportCommand(): Command {
  return new Command('export')
    .description('Write the rows of a stream; CSV unless told otherwise.')
    .argument('<stream>', 'its name or number')
    .option('--from <time>', 'first row, e.g. 2026-01-01T12:00', moment)
    .option('--to <time>', 'last row', moment)
    .option('--csv', 'comma-separated, with a header')
    .option('--json', 'an object a line')
    .option('--parquet', 'for notebooks and query engines; needs --out')
    .option('--out <file>', 'where to write; standard output when not given')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .action(run);
}

async function run(asked: string, options: ExportOptions): Promise<void> {
  const { out, from = -Infinity, to = Infinity } = options;
  const chosen = (['csv', 'json', 'parquet'] as const).filter((format) => options[format]);
  if (chosen.length > 1) {
    throw new Failure('bad-usage', `One format at a time: ${chosen.join(' or ')}?`);
  }
  const [format = 'csv'] = chosen;
  if (format === 'parquet' && out === undefined) {
    throw new Failure('bad-usage', 'Parquet is not for a terminal; say where with --out FILE.');
  }
  if (from > to) throw new Failure('bad-usage', '--from lies after --to; swap them.');
  await withReads(options.workspace, async (store) => {
    const stream = await findStream(store, asked);
    const pieces = WRITERS[format](
      stream.channels,
      rowsBetween(store, stream.id, { from: Math.max(from, -8.64e15), to }),
    );
    if (out !== undefined) {
      await writeBeside(out, pieces);
      return;
    }
    for await (const piece of pieces) {
      if (!process.stdout.write(piece)) {
        await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
      }
    }
  });
}
