/** `offbeat streams` and `offbeat tail`: what a workspace holds, and what is coming in. */
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type { StreamInfo } from '../../shared/domain/stream.ts';
import {
  formatDuration,
  formatMoment,
  formatNumber,
  formatSpan,
} from '../../shared/domain/words.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { findStream } from './find-stream.ts';
import { withReads, type Reads } from './open-reads.ts';
import { positiveInteger } from './option-values.ts';
import { stopSignal } from './stop-signal.ts';

const POLL_MS = 200;
const ROWS_PER_READ = 1000;
const NAMES_SHOWN = 6;

export function streamsCommand(): Command {
  return new Command('streams')
    .description('List the streams of a workspace; others may be filling it.')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .action(({ workspace }: { workspace: string }) =>
      withReads(workspace, async ({ read }) => {
        const streams = await read['stream.list']();
        const feeds = await read['feed.list']();
        for (const stream of streams) {
          const feed = feeds.find(({ streamId }) => streamId === stream.id);
          const how = feed ? ` · ${feed.source.kind}${feed.isPaused ? ', paused' : ''}` : '';
          process.stdout.write(`${describe(stream)}${how}\n`);
        }
        if (streams.length === 0) process.stdout.write('No stream yet.\n');
      }),
    );
}

function describe({ id, name, rows, range, periodMs, channels, hasTime }: StreamInfo): string {
  const names = channels.slice(0, NAMES_SHOWN).map((channel) => channel.name);
  const more = channels.length > NAMES_SHOWN ? ` and ${channels.length - NAMES_SHOWN} more` : '';
  const span = range ? `, ${formatSpan(range, hasTime)}, every ${formatDuration(periodMs)}` : '';
  return `${id} ${name}: ${rows} rows${span} · ${names.join(', ') || 'no channel yet'}${more}`;
}

interface TailOptions {
  readonly workspace: string;
  readonly lines: number;
  readonly follow: boolean;
}

export function tailCommand(): Command {
  return new Command('tail')
    .description('Print the newest rows of a stream, and go on as they come.')
    .argument('<stream>', 'its name or number')
    .option('-n, --lines <n>', 'rows to begin with', positiveInteger, 10)
    .option('--no-follow', 'end after them')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .action((asked: string, options: TailOptions) =>
      withReads(options.workspace, (store) => tail(store, asked, options)),
    );
}

async function tail(store: Reads, asked: string, { lines, follow }: TailOptions): Promise<void> {
  const stream = await findStream(store, asked);
  const stop = stopSignal();
  let names = '';
  let after = await beforeNewest(store, stream, lines);
  while (!stop.aborted) {
    const batch = await store.read['stream.rows'](stream.id, after, ROWS_PER_READ);
    const { channels } = await store.read['stream.get'](stream.id);
    const head = channels.map((channel) => channel.name).join('\t');
    if (batch.t.length > 0 && head !== names) process.stdout.write(`time\t${head}\n`);
    if (batch.t.length > 0) names = head;
    batch.t.forEach((t, row) => {
      const values = batch.columns.map((column) => formatNumber(column[row]));
      process.stdout.write(`${[formatMoment(t, stream.hasTime), ...values].join('\t')}\n`);
    });
    after = batch.t.at(-1) ?? after;
    if (batch.t.length === ROWS_PER_READ) continue;
    if (!follow) return;
    await wait(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** A time with about so many rows behind it: from the usual step, then counted. */
async function beforeNewest(store: Reads, stream: StreamInfo, rows: number): Promise<number> {
  if (!stream.range) return -Infinity;
  const { to } = stream.range;
  for (let span = 2 * rows * stream.periodMs; ; span *= 4) {
    const { t } = await store.read['stream.rows'](stream.id, to - span, 100_000);
    if (t.length >= rows && t[t.length - 1] === to) return t[t.length - rows] - 1;
    if (t.length === 100_000 || to - span <= stream.range.from) {
      return t.length > rows ? t[t.length - rows] - 1 : to - span - 1;
    }
  }
}
