/** MQTT brokers that are restarted in the middle: aedes in this process, mosquitto beside it. */
import { Aedes } from 'aedes';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { findProgram } from '../system/programs.mjs';
import type { Counterpart, CounterpartKind } from './counterparts.ts';
import type { MqttConfig } from '../../electron/engine/sources/mqtt.ts';
import { listening } from './sockets.ts';

export const BROKERS: readonly CounterpartKind[] = [
  { name: 'mqtt 3.1.1 at QoS 1 of aedes', slow: 'waits', make: () => byBroker(startAedes, 4, 1) },
  {
    name: 'mqtt 3.1.1 at QoS 0 of mosquitto',
    slow: 'drops',
    needs: 'mosquitto',
    make: () => byBroker(startMosquitto, 4, 0),
  },
  {
    name: 'mqtt 5 at QoS 1 of mosquitto',
    slow: 'waits',
    needs: 'mosquitto',
    make: () => byBroker(startMosquitto, 5, 1),
  },
];

export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

export const MQTT: Omit<MqttConfig, 'port'> = {
  kind: 'mqtt',
  host: '127.0.0.1',
  tls: false,
  topics: ['plant/+/rows'],
  version: 4,
  qos: 1,
  clientId: '',
  user: '',
  password: '',
  caFile: '',
  will: null,
};

type Start = (port: number) => Promise<Broker>;

async function byBroker(start: Start, version: 4 | 5, qos: 0 | 1): Promise<Counterpart> {
  let broker = await start(0);
  const { port } = broker;
  let publisher: MqttClient | null = null;
  const call = async (): Promise<void> => {
    publisher = await connectAsync({ host: '127.0.0.1', port, reconnectPeriod: 0 });
    publisher.on('error', () => undefined);
  };
  return {
    config: { ...MQTT, port, version, qos },
    attach: async (reader) => {
      await reader.isOpen();
      await call();
    },
    send: async (text) => void (await publisher!.publishAsync('plant/7/rows', text, { qos })),
    breakOff: async (reader) => {
      const opened = reader.timesOpen();
      publisher!.end(true);
      await broker.stop();
      broker = await start(port);
      await reader.until(() => reader.timesOpen() > opened);
      await call();
    },
    close: async () => {
      publisher?.end(true);
      await broker.stop();
    },
  };
}

/** port 0: any. */
export async function startAedes(port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  if (port === 0) port = await listening(server);
  else await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

export async function startMosquitto(port: number, extra: readonly string[] = []): Promise<Broker> {
  if (port === 0) port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-broker-'));
  const file = join(folder, 'mosquitto.conf');
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'user root', ...extra];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const program = spawn(findProgram('mosquitto')!, ['-c', file], { stdio: 'ignore' });
  await answers(port, program);
  return {
    port,
    stop: async () => {
      const gone = once(program, 'exit');
      program.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once somebody listens there. */
async function answers(port: number, program: ChildProcess): Promise<void> {
  for (;;) {
    if (program.exitCode !== null) throw new Error(`mosquitto exited with ${program.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const reached = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
