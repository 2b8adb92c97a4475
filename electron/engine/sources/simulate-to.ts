/** A simulated machine that sends like a real device: JSON lines to where a feed would listen. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../../shared/contract/failure.ts';
import type { SimulatedMachine, SourceConfig } from '../../../shared/domain/feed.ts';
import { createMachine } from './simulated-machine.ts';

export interface SimulationOrder {
  readonly machine: SimulatedMachine;
  readonly seed: number;
  readonly periodMs: number;
  /** Rows in all. */
  readonly rows: number;
}

interface Outlet {
  send(line: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Rows as time passes, until there are enough or the signal aborts; answers how many were sent.
 * Throws Failure where nobody can be reached or this kind of address cannot be sent to.
 */
export async function simulateTo(
  to: SourceConfig,
  { machine: kind, seed, periodMs, rows }: SimulationOrder,
  signal: AbortSignal,
): Promise<number> {
  const startMs = Date.now();
  const machine = createMachine(kind, { seed, startMs, periodMs });
  const outlet = await openOutlet(to);
  let sent = 0;
  try {
    for (; sent < rows && !signal.aborted; sent++) {
      const t = startMs + sent * periodMs;
      const delayMs = t - Date.now();
      if (delayMs > 0) await wait(delayMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const values = machine.next();
      const named = machine.channels.map(({ name }, k) => [name, values[k]]);
      const row = { time: new Date(Math.round(t)).toISOString(), ...Object.fromEntries(named) };
      await outlet.send(`${JSON.stringify(row)}\n`);
    }
  } finally {
    await outlet.close();
  }
  return sent;
}

async function openOutlet(to: SourceConfig): Promise<Outlet> {
  switch (to.kind) {
    case 'file':
      return toFile(to.path);
    case 'tcp':
      return toListener(to.host, to.port);
    case 'tcp-listen':
      return toVisitors(to.host, to.port);
    case 'udp':
      return toDatagrams(to.host, to.port);
    case 'mqtt':
      return toBroker(to);
    default:
      throw new Failure(
        'bad-usage',
        `A simulation cannot send to ${to.kind}; tcp, tcp-listen, udp, mqtt or file was expected.`,
      );
  }
}

async function toFile(path: string): Promise<Outlet> {
  const file = await open(path, 'a');
  return { send: (line) => file.appendFile(line), close: () => file.close() };
}

async function toListener(host: string, port: number): Promise<Outlet> {
  const socket = connect({ host, port });
  await once(socket, 'connect').catch((error: Error) => {
    throw new Failure('bad-input', `Nobody listens at ${host}:${port}: ${error.message}.`);
  });
  return {
    send: async (line) => {
      if (!socket.write(line)) await once(socket, 'drain');
    },
    close: async () => {
      socket.end();
      await once(socket, 'close').catch(() => undefined);
    },
  };
}

/** Whoever connects gets the rows from then on. */
async function toVisitors(host: string, port: number): Promise<Outlet> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    send: (line) => {
      for (const socket of sockets) socket.write(line);
      return Promise.resolve();
    },
    close: async () => {
      for (const socket of sockets) socket.end();
      server.close();
      await once(server, 'close');
    },
  };
}

function toDatagrams(host: string, port: number): Promise<Outlet> {
  const socket = createSocket('udp4');
  return Promise.resolve({
    send: (line) =>
      new Promise<void>((resolve, reject) => {
        socket.send(line, port, host, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  });
}

async function toBroker(to: Extract<SourceConfig, { kind: 'mqtt' }>): Promise<Outlet> {
  const [topic] = to.topics;
  if (/[+#]/.test(topic)) {
    throw new Failure('bad-usage', `${topic} is a pattern; one topic to publish to was expected.`);
  }
  const { connectAsync } = await import('mqtt');
  const { host, port, user, password } = to;
  const client = await connectAsync({
    protocol: to.tls ? 'mqtts' : 'mqtt',
    ...{ host, port, protocolVersion: to.version },
    ...(user && { username: user, password }),
  });
  return {
    send: async (line) => void (await client.publishAsync(topic, line, { qos: to.qos })),
    close: () => client.endAsync(),
  };
}
