/**
 * A gateway is killed at random moments while it stores and scores 50 000 values a second. What it
 * had acknowledged is there once, the file is whole, and scoring went on where it had been.
 * OFFBEAT_SOAK=1 kills fifty times.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { examine } from '../../electron/engine/store/doctor.ts';
import type { SourceConfig } from '../../shared/domain/feed.ts';
import type { LearnOptions } from '../../shared/domain/model.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { startMosquitto } from '../sources/brokers.ts';
import { findProgram } from '../system/programs.mjs';
import { csvLines } from './feed-engine.ts';

const KILLS = process.env['OFFBEAT_SOAK'] ? 50 : 3;
const SEED = 20_261_124;
const CHANNELS = 50;
const ROWS_PER_SECOND = 1000;
const START_MS = Date.UTC(2026, 0, 1);
const LEARN: LearnOptions = {
  ...{ mode: 'stream', trainRows: 256, seed: 1, backend: 'wasm', channels: ['c0'] },
};
const NAMES = Array.from({ length: CHANNELS }, (_, k) => `c${k}`);

const value = (row: number, k: number): number =>
  k === 0 ? Math.round(1e4 * (Math.sin(row / 50) + 0.1 * Math.sin(row * 7.3))) / 1e4 : row * 64 + k;
const line = (row: number): string =>
  `${START_MS + row},${NAMES.map((_, k) => value(row, k)).join(',')}\n`;

interface Sender {
  readonly source: SourceConfig;
  /** Rows sent; and how many there will be. */
  readonly sent: number;
  limit: number;
  /** The newest stored row. */
  acknowledged: number;
  close(): Promise<void>;
}

/** Sends rows at a steady pace from behind the last acknowledged one to whoever connects. */
class PacedSender implements Sender {
  acknowledged = -1;
  sent = 0;
  limit = Infinity;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => void this.serve(socket));
  }

  static async open(): Promise<PacedSender> {
    const sender = new PacedSender();
    sender.server.listen(0, '127.0.0.1');
    await once(sender.server, 'listening');
    return sender;
  }

  get source(): SourceConfig {
    const { port } = this.server.address() as AddressInfo;
    return { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 };
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(socket: Socket): Promise<void> {
    let isOpen = true;
    socket.on('close', () => (isOpen = false));
    socket.on('error', () => socket.destroy());
    const first = this.acknowledged + 1;
    const started = performance.now();
    for (let next = first; isOpen;) {
      const due = first + ((performance.now() - started) / 1000) * ROWS_PER_SECOND;
      let text = '';
      for (; next < Math.min(due, this.limit); next++) text += line(next);
      this.sent = Math.max(this.sent, next);
      if (text && !socket.write(text)) {
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
      }
      await wait(10);
    }
  }
}

/** Publishes messages of ten rows at QoS 1, whether the gateway is up or not; never twice. */
class Publisher implements Sender {
  acknowledged = -1;
  sent = 0;
  limit = Infinity;
  readonly source: SourceConfig;
  private readonly closeBroker: () => Promise<void>;
  private isOpen = true;

  private constructor(port: number, closeBroker: () => Promise<void>) {
    this.source = {
      ...{
        kind: 'mqtt',
        host: '127.0.0.1',
        port,
        tls: false,
        topics: ['line'],
        version: 4,
        qos: 1,
      },
      ...{ clientId: 'gateway', user: '', password: '', caFile: '', will: null },
    };
    this.closeBroker = closeBroker;
  }

  static async open(): Promise<Publisher> {
    const limits = ['max_queued_messages 0', 'max_inflight_messages 0'];
    const broker = await startMosquitto(0, limits);
    const { port } = broker;
    const publisher = new Publisher(port, () => broker.stop());
    // The broker keeps for the gateway what is published from now on.
    const session = { host: '127.0.0.1', port, clientId: 'gateway', clean: false };
    const gateway = await connectAsync(session);
    await gateway.subscribeAsync('line', { qos: 1 });
    await gateway.endAsync();
    void publisher.publish(port);
    return publisher;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await wait(50);
    await this.closeBroker();
  }

  private async publish(port: number): Promise<void> {
    const client = await connectAsync({ host: '127.0.0.1', port });
    const started = performance.now();
    while (this.isOpen) {
      const due = ((performance.now() - started) / 1000) * ROWS_PER_SECOND;
      while (this.sent + 10 <= Math.min(due, this.limit)) {
        const rows = Array.from({ length: 10 }, (_, i) => line(this.sent + i));
        this.sent += 10;
        await client.publishAsync('line', rows.join(''), { qos: 1 });
      }
      await wait(10);
    }
    await client.endAsync(true);
  }
}

let folder: string;
let sender: Sender;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-kill-'));
});
afterEach(async () => {
  await sender.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (): Promise<Engine> =>
  createEngine({ workspace: folder, shell: 'browser', version: '0' });

/** Runs a gateway until `until` answers true; then kills it without a word. */
async function gateway(until: (sinceMs: number) => boolean): Promise<void> {
  const script = fileURLToPath(new URL('./gateway-child.ts', import.meta.url));
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child: ChildProcess = spawn(process.execPath, [script, folder], { stdio: [...stdio] });
  const exited = once(child, 'exit');
  let complaint = '';
  child.stderr!.on('data', (text) => (complaint += String(text)));
  let since = Infinity;
  createInterface(child.stdout!).on('line', (text) => {
    sender.acknowledged = Math.max(sender.acknowledged, Number(text) - START_MS);
    since = Math.min(since, performance.now());
  });
  while (child.exitCode === null && !until(performance.now() - since)) await wait(5);
  child.kill('SIGKILL');
  await exited;
  expect(complaint).toBe('');
}

describe.skipIf(process.platform === 'win32')('a gateway that is killed again and again', () => {
  const senders = [['TCP', () => PacedSender.open()] as const];
  const brokered = [['MQTT at QoS 1', () => Publisher.open()] as const];
  it.each([...senders, ...(findProgram('mosquitto') ? brokered : [])])(
    `has all of %s that it acknowledged once, after ${KILLS} kills (seed ${SEED})`,
    async (_, openSender) => {
      sender = await openSender();
      const first = await open();
      const decoder = csvLines(NAMES);
      const feed = { name: 'Line', source: sender.source, decoder, learn: LEARN };
      await first.store.write['feed.create'](feed, null);
      await first.close();
      const random = createRandom(SEED);
      for (let kill = 0; kill < KILLS; kill++) {
        const lifeMs = 100 + 1500 * random.uniform();
        await gateway((sinceMs) => sinceMs >= lifeMs);
      }
      sender.limit = sender.sent + 100;
      await gateway((sinceMs) => sinceMs > 3000 && sender.acknowledged === sender.limit - 1);
      expect(examine(join(folder, 'offbeat.sqlite')).damages).toEqual([]);
      const engine = await open();
      await verify(engine, sender.limit);
      await engine.close();
    },
    KILLS * 15_000 + 60_000,
  );
});

async function verify(engine: Engine, rows: number): Promise<void> {
  const { read } = engine.store;
  const [{ id: streamId, rows: counted }] = await read['stream.list']();
  expect(counted).toBe(rows);
  const [monitor] = await read['monitor.list']();
  let row = 0;
  for (let after = -Infinity; ;) {
    const { t, columns } = await read['stream.rows'](streamId, after, 4096);
    if (t.length === 0) break;
    for (let i = 0; i < t.length; i++, row++) {
      const wrong = NAMES.findIndex((_, k) => columns[k][i] !== value(row, k));
      if (t[i] !== START_MS + row || wrong >= 0) expect.fail(`row ${row} is wrong`);
    }
    after = t[t.length - 1];
  }
  expect(row).toBe(rows);
  const live = await scoresOf(engine, monitor.modelId);
  // Every row up to the last scored one, none twice.
  const scored = monitor.scoredTo! - START_MS + 1;
  expect([...live.t]).toEqual(Array.from({ length: scored }, (_, i) => START_MS + i));
  const job = await engine.startLearn(streamId, LEARN);
  expect((await engine.jobs.finished(job.id)).failure).toBeNull();
  const replay = await scoresOf(engine, (await read['model.active'](streamId))!.id);
  live.columns.forEach((column, c) => {
    expect(column).toEqual(replay.columns[c].slice(0, scored));
  });
}

async function scoresOf(
  engine: Engine,
  modelId: number,
): Promise<{ t: Float64Array; columns: readonly Float64Array[] }> {
  return engine.store.read['score.rows'](modelId, -Infinity, 1e7);
}
