/** Serial lines read from another thread: its native part would end the process there. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveSerialSources } from '../../electron/engine/sources/serial-relay.ts';
import { findProgram } from '../system/programs.mjs';
import { createCable, DEVICES, LINE, type CablePair } from './devices.ts';

interface Report {
  readonly rows: number[];
  readonly states: { status: string; detail: string }[];
  readonly opened: number;
  readonly error?: string;
}

const start = (config: unknown): Worker =>
  new Worker(join(import.meta.dirname, 'serial-thread.ts'), { workerData: config });

async function until(worker: Worker, holds: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const [report] = (await once(worker, 'message')) as [Report];
    if (report.error) throw new Error(report.error);
    if (holds(report)) return report;
  }
}

describe.skipIf(!findProgram('socat'))('a serial line read by another thread', () => {
  let endService: () => void;
  let cable: CablePair;
  beforeEach(async () => {
    endService = serveSerialSources();
    cable = await createCable();
  });
  afterEach(async () => {
    endService();
    await cable.remove();
  });

  it('brings its rows, survives a pulled plug and stops', async () => {
    const worker = start({ kind: 'serial', path: cable.ours, ...LINE });
    await until(worker, ({ opened }) => opened === 1);
    let end = openSync(cable.theirs, 'w');
    writeSync(end, 'ready\n1 0\n2 0\n');
    await until(worker, ({ rows }) => rows.length === 2);
    closeSync(end);
    await cable.unplug();
    await until(worker, ({ states }) => states.at(-1)!.status !== 'open');
    await cable.plug();
    await until(worker, ({ opened }) => opened === 2);
    end = openSync(cable.theirs, 'w');
    writeSync(end, 'ready\n3 0\n');
    await until(worker, ({ rows }) => rows.length === 3);
    closeSync(end);
    worker.postMessage('stop');
    const last = await until(worker, ({ states }) => states.at(-1)!.status === 'ended');
    expect(last.rows).toEqual([1, 2, 3]);
    await worker.terminate();
  });

  it('is freed when the thread dies', { timeout: 60_000 }, async () => {
    const config = { kind: 'serial', path: cable.ours, ...LINE };
    const first = start(config);
    await until(first, ({ opened }) => opened === 1);
    await first.terminate();
    const second = start(config);
    await until(second, ({ opened }) => opened === 1);
    await second.terminate();
  });
});

describe.skipIf(!findProgram('socat'))('a Modbus line read by another thread', () => {
  it('brings its rows', async () => {
    const endService = serveSerialSources();
    const device = await DEVICES.find(({ name }) => name === 'modbus rtu')!.make();
    const worker = start(device.config);
    await until(worker, ({ opened }) => opened === 1);
    void device.send('1 0.125\n2 0.25\n');
    const { rows } = await until(worker, (report) => report.rows.length === 2);
    expect(rows).toEqual([1, 2]);
    await worker.terminate();
    endService();
    await device.close();
  });
});

describe('without a thread that serves', () => {
  it('the reading fails in words', async () => {
    const { createRelayedSource } = await import('../../electron/engine/sources/serial-relay.ts');
    const { QUICK } = await import('./reader.ts');
    const config = { kind: 'serial', path: '/dev/none', ...LINE } as const;
    const source = createRelayedSource(config, {} as never, { ...QUICK, connectMs: 50 });
    const reading = source.read(new AbortController().signal)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('No thread of this process serves serial ports');
  });
});
