/** The MQTT sink against Mosquitto: what is kept there, and what Home Assistant would read. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendMqtt } from '../../electron/engine/alert/sinks/mqtt.ts';
import type { AlertMessage, MqttConfig } from '../../shared/domain/alert.ts';
import { findProgram } from '../system/programs.mjs';
import { NOON_MS, occurrence } from './alert-place.ts';

const mosquitto = findProgram('mosquitto');
const CONFIG = {
  kind: 'mqtt',
  user: '',
  password: '',
  prefix: '/plant/+1/#',
  discovery: 'ha',
} as const;

const message = (kind: AlertMessage['kind'], streamId: number): AlertMessage => ({
  ...{ key: `key-${kind}`, kind, language: 'en', title: 'T', text: 'x', time: NOON_MS },
  ...{ severity: 'high', alertId: 3, rule: { id: 2, name: 'Night' }, files: [] },
  stream: { id: streamId, name: 'Press' },
  events: [occurrence(1, { id: 9 }).event('en')],
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(!mosquitto)('MQTT by Mosquitto', () => {
  let folder: string;
  let broker: ChildProcess;
  let config: MqttConfig;
  let client: MqttClient;
  const seen = new Map<string, { text: string; retain: boolean }[]>();
  const texts = (topic: string): string[] => (seen.get(topic) ?? []).map(({ text }) => text);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'offbeat-mqtt-'));
    const port = await freePort();
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    broker = spawn(mosquitto!, ['-c', file], { stdio: 'ignore' });
    config = { ...CONFIG, url: `mqtt://127.0.0.1:${port}` };
    client = await vi.waitFor(() => connectAsync(config.url, { reconnectPeriod: 0 }), 30_000);
    client.on('message', (topic, payload, { retain }) => {
      seen.set(topic, [...(seen.get(topic) ?? []), { text: payload.toString(), retain }]);
    });
    await client.subscribeAsync('#');
  });
  afterAll(async () => {
    await client?.endAsync();
    broker?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('publishes states, events and the device, and takes them back', async () => {
    await sendMqtt(config, message('raise', 1));
    await sendMqtt(config, message('resolve', 1));
    const base = 'plant/_1/_/offbeat_r2_s1';
    await vi.waitFor(() => expect(texts(`${base}/state`)).toEqual(['ON', 'OFF']), 30_000);
    const events = texts(`${base}/event`).map((text) => JSON.parse(text) as object);
    expect(events).toMatchObject([
      { key: 'key-raise', event_type: 'raise', severity: 'high' },
      { key: 'key-resolve', event_type: 'resolve' },
    ]);
    const [sensor] = texts('ha/binary_sensor/offbeat_r2_s1/config');
    expect(JSON.parse(sensor!)).toMatchObject({
      ...{ unique_id: 'offbeat_r2_s1', device_class: 'problem', state_topic: `${base}/state` },
      device: { identifiers: ['offbeat_s1'], name: 'Press' },
    });
    expect(texts('ha/event/offbeat_r2_s1/config')[0]).toContain(`${base}/event`);
  });

  it('keeps states for those who come later, and no event', async () => {
    await sendMqtt(config, message('raise', 5));
    const late = await connectAsync(config.url, { reconnectPeriod: 0 });
    const kept: string[] = [];
    late.on('message', (topic) => kept.push(topic));
    await late.subscribeAsync('plant/_1/_/offbeat_r2_s5/#');
    await vi.waitFor(() => expect(kept).toHaveLength(2), 30_000);
    expect(kept.map((topic) => topic.split('/').at(-1)).sort()).toEqual(['attributes', 'state']);
    await late.endAsync();
  });

  it('sends a test where no alert is', async () => {
    await sendMqtt(config, { ...message('test', 1), rule: null, stream: null });
    await vi.waitFor(() => expect(texts('plant/_1/_/test')).toHaveLength(1), 30_000);
  });

  it('says when no broker is there', async () => {
    const nowhere = { ...config, url: 'mqtt://127.0.0.1:1' };
    await expect(sendMqtt(nowhere, message('raise', 1))).rejects.toThrow(/cannot be reached/);
  });
});
