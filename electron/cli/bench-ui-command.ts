/** `offbeat bench ui`: frames while rows come, panning over a year, memory over minutes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { formatCount } from '../../shared/domain/words.ts';
import { startMachine, type LiveMachine } from '../engine/bench/live-machine.ts';
import {
  measureFrames,
  measurePan,
  showSpan,
  WARM_MS,
  watchHeap,
  withWindow,
} from './bench-ui/measure-window.ts';
import { yearStream } from '../engine/bench/year-stream.ts';
import { positiveInteger } from './option-values.ts';

interface UiOptions {
  readonly channels: number;
  readonly hz: number;
  readonly minutes: number;
  readonly days: number;
  readonly cache: string;
  readonly only?: string;
}

const PAST_MINUTES = 12;
const FRAME_SECONDS = 20;
const PAN_STEPS = 24;
/** Of the memory, at either end. */
const SAMPLES = 3;
const SPANS = ['30 d', '24 h', '1 h', '1 min'];

export function benchUiCommand(): Command {
  return new Command('ui')
    .description('Measure the window in a headless browser: live frames, panning a year, memory.')
    .option('--channels <n>', 'of the live stream', positiveInteger, 25)
    .option('--hz <n>', 'rows a second of the live stream', positiveInteger, 100)
    .option('--minutes <n>', 'to watch the memory for', positiveInteger, 2)
    .option('--days <n>', 'of the recording at 1 Hz', positiveInteger, 365)
    .option('--cache <folder>', 'keeps that recording', join(tmpdir(), 'offbeat-bench-ui'))
    .option('--only <part>', 'live or pan')
    .action(run);
}

async function run(options: UiOptions): Promise<void> {
  const cores = availableParallelism();
  say(`${cores} cores; load of the last minute before the start: ${loadavg()[0].toFixed(1)}`);
  if (options.only !== 'pan') await benchLive(options);
  if (options.only !== 'live') await benchPan(options);
}

async function benchLive({ channels, hz, minutes }: UiOptions): Promise<void> {
  const workspace = await mkdtemp(join(tmpdir(), 'offbeat-bench-'));
  let machine: LiveMachine | null = null;
  try {
    await withWindow(
      workspace,
      async (engine) => {
        machine = await startMachine(engine, { channels, hz, minutes: PAST_MINUTES });
        return machine.streamId;
      },
      async (page) => {
        say(`${channels} channels at ${hz} Hz, live`);
        for (const span of ['1 min', '10 min']) {
          await showSpan(page, span);
          const { frames, median, p95, longest, blocked } = await measureFrames(
            page,
            FRAME_SECONDS,
          );
          say(
            `  ${span}: median frame ${ms(median)}, 95 % ${ms(p95)}, longest ${ms(longest)}, ` +
              `blocked ${(100 * blocked).toFixed(1)} % (${frames} frames)`,
          );
        }
        const bytes = await watchHeap(page, minutes);
        const megabytes = bytes.map((one) => (one / 1e6).toFixed(1)).join(' ');
        const change =
          100 * (typical(bytes.slice(-SAMPLES)) / typical(bytes.slice(0, SAMPLES)) - 1);
        say(
          `  memory over ${minutes} min, from ${WARM_MS / 60_000} min on: ${megabytes} MB; ` +
            `the last ${SAMPLES} against the first ${SAMPLES}: ${change.toFixed(1)} %`,
        );
      },
    );
  } finally {
    (machine as LiveMachine | null)?.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

async function benchPan({ days, cache }: UiOptions): Promise<void> {
  const started = performance.now();
  let made = 0;
  await withWindow(
    resolve(cache),
    (engine) =>
      yearStream(engine, days, (rows) => {
        made = rows;
        const seconds = ((performance.now() - started) / 1000).toFixed(0);
        if (rows % 864_000 === 0) process.stderr.write(`${formatCount(rows)} rows, ${seconds} s\n`);
      }),
    async (page) => {
      say(`${days} days at 1 Hz${made > 0 ? ', made now' : ''}`);
      for (const span of SPANS) {
        await showSpan(page, span);
        const { steps, median, longest } = await measurePan(page, PAN_STEPS);
        say(`  ${span}: a step takes ${ms(median)}, at most ${ms(longest)} (${steps} steps)`);
      }
    },
  );
}

/** The median: a sample may fall into a question that is under way. */
const typical = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1];
const ms = (value: number): string => `${value.toFixed(1)} ms`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
