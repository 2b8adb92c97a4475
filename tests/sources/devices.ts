/** Devices on a serial line, which is a pair of pseudo-terminals, and Modbus devices. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerSerial, ServerTCP } from 'modbus-serial';
import { findProgram } from '../system/programs.mjs';
import type { ModbusRegister, SerialLine } from '../../shared/domain/feed.ts';
import type { Counterpart, CounterpartKind } from './counterparts.ts';
import { freePort } from './brokers.ts';

export const DEVICES: readonly CounterpartKind[] = [
  { name: 'serial', slow: 'drops', needs: 'socat', make: serialDevice },
  { name: 'modbus tcp', slow: 'is asked', make: modbusTcp },
  { name: 'modbus rtu', slow: 'is asked', needs: 'socat', make: modbusRtu },
];

export const LINE: Omit<SerialLine, 'path'> = {
  baud: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
};

export interface CablePair {
  readonly ours: string;
  readonly theirs: string;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  remove(): Promise<void>;
}

/** Two pseudo-terminals, what goes into one comes out of the other. */
export async function createCable(): Promise<CablePair> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-serial-'));
  const ours = join(folder, 'ours');
  const theirs = join(folder, 'theirs');
  let program: ChildProcess | null = null;
  const cable: CablePair = {
    ours,
    theirs,
    plug: async () => {
      const ends = [ours, theirs].map((link) => `pty,raw,echo=0,link=${link}`);
      program = spawn(findProgram('socat')!, ends, { stdio: 'ignore' });
      while (!existsSync(ours) || !existsSync(theirs)) {
        if (program.exitCode !== null) throw new Error(`socat exited with ${program.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    unplug: async () => {
      const gone = once(program!, 'exit');
      program!.kill();
      await gone;
    },
    remove: async () => {
      await cable.unplug();
      rmSync(folder, { recursive: true });
    },
  };
  await cable.plug();
  return cable;
}

async function serialDevice(): Promise<Counterpart> {
  const cable = await createCable();
  let end = openSync(cable.theirs, 'w');
  // A first line, as half of one may be lost where a stream is joined.
  const greet = (): number => writeSync(end, 'ready\n');
  return {
    config: { kind: 'serial', path: cable.ours, ...LINE },
    attach: async (reader) => {
      await reader.isOpen();
      greet();
    },
    send: async (text) => void writeSync(end, text),
    breakOff: async (reader) => {
      const opened = reader.timesOpen();
      closeSync(end);
      await cable.unplug();
      await reader.until(() => reader.states.at(-1)!.status !== 'open');
      await cable.plug();
      end = openSync(cable.theirs, 'w');
      await reader.until(() => reader.timesOpen() > opened);
      greet();
    },
    close: async () => {
      closeSync(end);
      await cable.remove();
    },
  };
}

const register = (name: string, address: number): ModbusRegister => ({
  name,
  table: 'holding',
  address,
  type: 'float32',
  scale: 1,
  wordOrder: 'big',
});
const PAIR = [register('number', 10), register('eighth', 12)];

/** Hands out each row that is sent once, and is busy while there is none. */
function createRegisters(): {
  readonly vector: object;
  readonly rows: { values: number[]; given: () => void }[];
} {
  const rows: { values: number[]; given: () => void }[] = [];
  const vector = {
    getMultipleHoldingRegisters: (): number[] => {
      const row = rows.shift();
      if (!row) throw Object.assign(new Error('busy'), { modbusErrorCode: 6 });
      row.given();
      const view = new DataView(new ArrayBuffer(8));
      row.values.forEach((value, k) => view.setFloat32(4 * k, value));
      return [0, 2, 4, 6].map((at) => view.getUint16(at));
    },
  };
  return { vector, rows };
}

async function given(rows: { values: number[]; given: () => void }[], text: string): Promise<void> {
  const lines = text.trim().split('\n');
  const all = lines.map((line) => {
    const values = line.split(' ').map(Number);
    return new Promise<void>((resolve) => rows.push({ values, given: resolve }));
  });
  await Promise.all(all);
}

async function modbusTcp(): Promise<Counterpart> {
  const port = await freePort();
  const { vector, rows } = createRegisters();
  const start = async () => {
    const server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: 7 });
    server.on('socketError', () => undefined);
    await once(server, 'initialized');
    return server;
  };
  const stop = (one: Awaited<ReturnType<typeof start>>): Promise<void> =>
    new Promise((resolve) => one.close(() => resolve()));
  let server = await start();
  return {
    config: {
      kind: 'modbus',
      link: { kind: 'tcp', host: '127.0.0.1', port },
      unit: 7,
      registers: PAIR,
      periodMs: 1,
    },
    attach: (reader) => reader.isOpen(),
    send: (text) => given(rows, text),
    breakOff: async (reader) => {
      const opened = reader.timesOpen();
      await stop(server);
      server = await start();
      await reader.until(() => reader.timesOpen() > opened);
    },
    close: () => stop(server),
  };
}

async function modbusRtu(): Promise<Counterpart> {
  const cable = await createCable();
  const { vector, rows } = createRegisters();
  const start = async () => {
    const options = { path: cable.theirs, baudRate: 115_200, unitID: 7 };
    const server = new ServerSerial(vector, options as never);
    server.on('error', () => undefined);
    await once(server, 'initialized');
    return server;
  };
  const stop = (one: Awaited<ReturnType<typeof start>>): Promise<void> =>
    new Promise((resolve) => one.close(() => resolve()));
  let server = await start();
  return {
    config: {
      kind: 'modbus',
      link: { kind: 'rtu', path: cable.ours, ...LINE },
      unit: 7,
      registers: PAIR,
      periodMs: 1,
    },
    attach: (reader) => reader.isOpen(),
    send: (text) => given(rows, text),
    breakOff: async (reader) => {
      const opened = reader.timesOpen();
      await stop(server);
      await cable.unplug();
      await cable.plug();
      server = await start();
      await reader.until(() => reader.timesOpen() > opened);
    },
    close: async () => {
      await stop(server);
      await cable.remove();
    },
  };
}
