/** Odd shapes of a live stream, beside its scores: through restarts and a kill, and once each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import type { LearnOptions } from '../../shared/domain/model.ts';
import { problemSentence } from '../../shared/domain/problem-words.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { cliFolder } from '../cli/offbeat-process.ts';
import {
  csvLines,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from '../ingest/feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
const WAIT = { timeout: 50_000, interval: 50 };
const PERIOD = 25;
const ROWS = 1100;
/** Each odder than the ones before: a shape as odd as one that was is not new. */
const ODD_BEATS: Readonly<Record<number, (turn: number) => number>> = {
  20: (turn) => Math.sin(turn) - 0.5 * Math.sin(2 * turn),
  27: (turn) => -Math.sin(turn) - 0.5 * Math.sin(2 * turn),
  38: (turn) => Math.sin(6 * turn),
};
const LEARN: LearnOptions = { mode: 'reference', trainRows: 300, seed: 1, backend: 'wasm' };

/** A wave with a little noise, a row a minute; two odd beats are so in their second half. */
const random = createRandom(3);
const lines = Array.from({ length: ROWS }, (_, i) => {
  const turn = (2 * Math.PI * (i % PERIOD)) / PERIOD;
  const beat = Math.floor(i / PERIOD);
  const odd = (turn > Math.PI || beat === 38) && ODD_BEATS[beat]?.(turn);
  const sine = odd || Math.sin(turn) + 0.5 * Math.sin(2 * turn);
  const value = sine + 0.03 * random.normal() + 100;
  return `${START_MS + 60_000 * i},${value.toFixed(4)}\n`;
});
const timeOf = (row: number): number => START_MS + 60_000 * row;

let place: FeedEngine;
let sender: Device;
beforeEach(async () => {
  place = await feedEngine();
  sender = await device();
});
afterEach(async () => {
  await place.remove();
  await sender.close();
});

async function send(from: number, to: number): Promise<void> {
  for (let row = from; row < to; row++) await sender.send(lines[row]);
}

async function connected(learn?: LearnOptions): Promise<number> {
  const feed = { name: 'Live', source: sender.source, decoder: csvLines(['load']) };
  return (await place.engine.handlers['feed.create']({ ...feed, ...(learn && { learn }) }))
    .streamId;
}

async function scoredTo(streamId: number): Promise<number | null> {
  const [monitor] = await place.engine.handlers['monitor.list'](streamId);
  return monitor?.scoredTo ?? null;
}

const shapesOf = async (streamId: number): Promise<readonly KeptProblem[]> => {
  const range = { from: -Infinity, to: Infinity };
  const problems = await place.engine.store.read['problem.list'](streamId, range);
  return problems.filter(({ kind }) => kind === 'shape');
};

const plain = ({ channel, start, end }: Pick<KeptProblem, 'channel' | 'start' | 'end'>): object => {
  return { kind: 'shape', channel, start, end };
};

/** What `analyze` marks in a file of the same rows. */
async function analysed(): Promise<readonly object[]> {
  const folder = cliFolder();
  try {
    folder.write('rows.csv', `time,load\n${lines.join('')}`);
    const options = ['--mode', 'reference', '--train-rows', '300', '--json', 'found.json'];
    const run = await folder.offbeat('analyze', 'rows.csv', '--seed', '1', ...options);
    expect(run.code).toBe(0);
    const { marks } = JSON.parse(readFileSync(join(folder.path, 'found.json'), 'utf8')) as {
      marks: { kind: string; channel: string; start: string; end: string }[];
    };
    return marks
      .filter(({ kind }) => kind === 'shape')
      .map(({ channel, start, end }) =>
        plain({ channel, start: Date.parse(start), end: Date.parse(end) }),
      );
  } finally {
    folder.remove();
  }
}

/** Another process goes on with the feed, until it has stored a row; then it is killed. */
async function killedAt(row: number): Promise<void> {
  const script = fileURLToPath(new URL('../ingest/gateway-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, join(place.folder, 'workspace')]);
  const exited = once(child, 'exit');
  for await (const text of createInterface(child.stdout)) {
    if (Number(text) >= timeOf(row)) break;
  }
  child.kill('SIGKILL');
  await exited;
}

describe('odd shapes of a live stream', () => {
  it('are those of an analysis of the same rows, through two restarts and a kill', async () => {
    const streamId = await connected(LEARN);
    await send(0, 522);
    await expect.poll(() => scoredTo(streamId), WAIT).toBe(timeOf(521));
    // In the middle of the first.
    await expect.poll(async () => (await shapesOf(streamId)).length, WAIT).toBe(1);
    await place.restart();
    await send(522, 600);
    await expect.poll(() => scoredTo(streamId), WAIT).toBe(timeOf(599));
    await place.restart(async () => {
      const killed = killedAt(704);
      await send(600, 705);
      await killed;
    });
    await send(705, ROWS);
    await expect.poll(() => scoredTo(streamId), WAIT).toBe(timeOf(ROWS - 1));
    const expected = await analysed();
    expect(expected).toHaveLength(3);
    await expect.poll(async () => (await shapesOf(streamId)).map(plain), WAIT).toEqual(expected);
    const shapes = await shapesOf(streamId);
    expect(shapes.map(({ isOpen }) => isOpen)).toEqual([false, false, false]);
    expect(problemSentence(shapes[0])).toMatch(/^load took a shape never seen, [\d.]+ times as/);
  });

  it('are watched from the normal rows on where a model was learnt from stored rows', async () => {
    const streamId = await connected();
    const stored = async (): Promise<number> =>
      (await place.engine.store.read['stream.get'](streamId)).rows;
    await send(0, 600);
    await expect.poll(stored, WAIT).toBe(600);
    const job = await place.engine.startLearn(streamId, LEARN);
    expect((await place.engine.jobs.finished(job.id)).failure).toBeNull();
    await expect.poll(async () => (await shapesOf(streamId)).length, WAIT).toBe(1);
    await send(600, 760);
    await expect.poll(async () => (await shapesOf(streamId)).length, WAIT).toBe(2);
    // What another model finds takes the place of it, and comes back with the model.
    const [{ modelId }] = await place.engine.handlers['monitor.list'](streamId);
    const without = await place.engine.startLearn(streamId, { ...LEARN, shapes: 'off' });
    expect((await place.engine.jobs.finished(without.id)).failure).toBeNull();
    expect(await shapesOf(streamId)).toEqual([]);
    expect(await place.engine.store.read['shapes.list'](modelId)).toHaveLength(2);
  });
});
