/**
 * Topics of an MQTT broker (3.1.1 and 5), each a message. At QoS 1 a message is acknowledged once
 * its rows are stored, and until then the broker keeps it; while the queue is full no more of them
 * are taken. At QoS 0 nobody can wait: the oldest are dropped and counted.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createMqttLedger, type MqttLedger } from './mqtt-ledger.ts';
import { createPieceQueue, type PieceQueue } from './piece-queue.ts';
import { messagePiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type MqttConfig = Extract<SourceConfig, { kind: 'mqtt' }>;

/** Kept by a broker of MQTT 5 for a client that is away, s; brokers of 3.1.1 choose themselves. */
const SESSION_EXPIRY_S = 7 * 24 * 3600;

export function createMqttSource(
  config: MqttConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const what = `${config.tls ? 'mqtts' : 'mqtt'}://${config.host}:${config.port}`;
  const clientId = config.clientId || `offbeat-${randomUUID().slice(0, 13)}`;
  const ledger = createMqttLedger();
  let sessions = 0;
  const session: Session = async function* (signal, opened) {
    const queue = createPieceQueue(host, limits);
    const abort = (): void => queue.close();
    signal.addEventListener('abort', abort);
    const { connect } = await import('mqtt');
    const client = connect(await optionsOf(config, clientId, limits));
    try {
      client.on('error', (error) => queue.close(inWords(error)));
      client.on('close', () => queue.close(new Error('The broker closed the connection')));
      take(client, ledger, queue, sessions++ > 0);
      client.on('connect', () => {
        void subscribed(client, config).then(opened, (error: Error) => queue.close(error));
      });
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', abort);
      ledger.disconnect();
      await ended(client);
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

async function optionsOf(
  config: MqttConfig,
  clientId: string,
  limits: SourceLimits,
): Promise<IClientOptions> {
  // Only a client with a name of its own is known again by the broker.
  const clean = config.clientId === '' || config.qos === 0;
  const version5 = {
    receiveMaximum: Math.min(65_535, limits.queuePieces),
    maximumPacketSize: limits.messageBytes,
    ...(clean ? {} : { sessionExpiryInterval: SESSION_EXPIRY_S }),
  };
  return {
    protocol: config.tls ? 'mqtts' : 'mqtt',
    host: config.host,
    port: config.port,
    protocolVersion: config.version,
    clientId,
    clean,
    reconnectPeriod: 0,
    connectTimeout: limits.connectMs,
    keepalive: Math.max(1, Math.round(limits.keepAliveMs / 1000)),
    ...(config.user ? { username: config.user } : {}),
    ...(config.password ? { password: config.password } : {}),
    ...(config.caFile ? { ca: await readFile(config.caFile) } : {}),
    ...(config.will
      ? { will: { ...config.will, payload: Buffer.from(config.will.payload), qos: 1 } }
      : {}),
    ...(config.version === 5 ? { properties: version5 } : {}),
  };
}

/** Puts what comes into the queue. */
function take(client: MqttClient, ledger: MqttLedger, queue: PieceQueue, again: boolean): void {
  const acknowledge = (messageId: number): void => {
    // The library acknowledges a message before it takes the next; we do once it is stored.
    if (client.connected) client['_sendPacket']({ cmd: 'puback', messageId, reasonCode: 0 });
  };
  ledger.connect(acknowledge);
  const ids = new WeakMap<IPublishPacket, number>();
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 1) return;
    ids.set(packet, packet.messageId!);
    packet.qos = 0;
  });
  client.handleMessage = (packet, done) => {
    const id = ids.get(packet);
    const { topic } = packet;
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    // The last value of a topic is sent with each subscription, and is no news the second time.
    const stale = packet.retain && again;
    const piece = messagePiece(payload, topic, topic);
    if (id === undefined) {
      if (!stale) queue.offer(piece);
      return done();
    }
    const settle = ledger.receive(id, topic, payload, packet.dup);
    if (settle === null) return done();
    if (stale) {
      settle();
      return done();
    }
    void queue.put({ ...piece, acknowledge: settle }).then(() => done());
  };
}

async function subscribed(client: MqttClient, { topics, qos }: MqttConfig): Promise<void> {
  const granted = await client.subscribeAsync([...topics], { qos });
  const refused = granted.find((one) => Number(one.qos) >= 128);
  if (refused) throw new Error(`The broker refused the topic ${refused.topic}`);
}

/** At once where the broker is gone. */
async function ended(client: MqttClient): Promise<void> {
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => client.end(!client.connected, {}, () => resolve()));
}

function inWords(error: Error): Error {
  if (/not authorized|bad user ?name/i.test(error.message)) {
    return new Error('The broker refused user and password');
  }
  return error.message
    ? error
    : new Error((error as NodeJS.ErrnoException).code ?? 'No connection');
}
