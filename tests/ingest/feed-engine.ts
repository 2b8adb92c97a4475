/** An engine in a folder of its own, and devices that send it lines over TCP. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { DecoderConfig, DeviceTime, SourceConfig } from '../../shared/domain/feed.ts';

export interface FeedEngine {
  readonly folder: string;
  readonly engine: Engine;
  /** Ends the engine and starts another one on the same workspace; `between`: while none runs. */
  restart(between?: () => Promise<void>): Promise<void>;
  remove(): Promise<void>;
}

export async function feedEngine(): Promise<FeedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-feeds-'));
  const workspace = join(folder, 'workspace');
  const open = (): Promise<Engine> =>
    createEngine({ workspace, shell: 'browser', version: '0', resumesJobs: true });
  let engine = await open();
  return {
    folder,
    get engine() {
      return engine;
    },
    restart: async (between) => {
      await engine.close();
      await between?.();
      engine = await open();
    },
    remove: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A device that waits for connections and sends what it is told to whoever is connected. */
export interface Device {
  readonly source: Extract<SourceConfig, { kind: 'tcp' }>;
  send(text: string): Promise<void>;
  /** Cuts the connections; new ones are taken. */
  unplug(): void;
  close(): Promise<void>;
}

export async function device(): Promise<Device> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    server.emit('visitor');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    source: { kind: 'tcp', host: '127.0.0.1', port, idleMs: 0 },
    send: async (text) => {
      while (sockets.size === 0) await once(server, 'visitor');
      for (const socket of sockets) if (!socket.write(text)) await once(socket, 'drain');
    },
    unplug: () => {
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export const DEVICE_TIME: DeviceTime = {
  field: 'time',
  format: { kind: 'epoch', unit: 'ms' },
  timeZone: 'UTC',
};

/** Lines of `time,a,b,…`, time in ms. */
export function csvLines(names: readonly string[]): DecoderConfig {
  return {
    ...{ kind: 'delimited', delimiter: ',', quote: '"', decimal: '.', header: false },
    ...{ names: ['time', ...names], columns: null, time: DEVICE_TIME },
  };
}
