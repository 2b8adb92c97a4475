/** A machine that sends rows by TCP at an even rate, into a stream that already has a past. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import type { Engine } from '../engine.ts';

const SEND_MS = 50;

export interface LiveMachine {
  readonly streamId: number;
  stop(): void;
}

export interface MachineOrder {
  readonly channels: number;
  readonly hz: number;
  /** Of the past that is there at the start. */
  readonly minutes: number;
}

export async function startMachine(engine: Engine, order: MachineOrder): Promise<LiveMachine> {
  const { channels: count, hz, minutes } = order;
  const periodMs = 1000 / hz;
  const now = Math.floor(Date.now() / periodMs) * periodMs;
  const channels = Array.from({ length: count }, (_, k): Channel => ({
    name: `Sensor ${k + 1}`,
    unit: '',
  }));
  const { write } = engine.store;
  const name = `${count} channels at ${hz} Hz`;
  const streamId = await write['stream.create']({ name, channels, periodMs, hasTime: true });
  const rows = minutes * 60 * hz;
  await write['stream.append'](streamId, batchFrom(now - rows * periodMs, rows, periodMs, count));
  await write['stream.publish'](streamId, { periodMs, duplicates: 0, backward: 0, gaps: 0 });

  const server = createServer((socket) => {
    let next = now;
    socket.on('error', () => socket.destroy());
    socket.write(`t,${channels.map((one) => one.name).join(',')}\n`);
    const timer = setInterval(() => {
      let text = '';
      for (; next < Date.now(); next += periodMs) text += lineOf(next, count);
      if (text && socket.writable) socket.write(text);
    }, SEND_MS);
    socket.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await engine.live.create({
    ...{ name, streamId },
    source: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
    decoder: null,
  });
  return { streamId, stop: () => void server.close() };
}

function batchFrom(start: number, rows: number, periodMs: number, count: number): SampleBatch {
  const t = Float64Array.from({ length: rows }, (_, i) => start + i * periodMs);
  return { t, columns: Array.from({ length: count }, (_, k) => t.map((at) => valueAt(at, k))) };
}

const lineOf = (t: number, count: number): string =>
  `${t},${Array.from({ length: count }, (_, k) => valueAt(t, k).toFixed(4)).join(',')}\n`;

/** Slow waves with a ripple that no rollup hides. t: ms. */
function valueAt(t: number, channel: number): number {
  const slow = Math.sin(t / (7000 * (channel + 1)));
  const noise = Math.sin(t * 12.9898 + channel) * 43758.5453;
  return 20 + channel + slow + 0.2 * (noise - Math.floor(noise));
}
