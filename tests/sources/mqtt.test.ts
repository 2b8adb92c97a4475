/** What MQTT promises: nothing acknowledged before it is stored, and the rest of its options. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMqttLedger } from '../../electron/engine/sources/mqtt-ledger.ts';
import { findProgram } from '../system/programs.mjs';
import { freePort, MQTT, startAedes, startMosquitto, type Broker } from './brokers.ts';
import { SourceReader, type ReaderOptions } from './reader.ts';

let broker: Broker;
let reader: SourceReader;
afterEach(async () => {
  await reader?.stop();
  await broker?.stop();
});

const subscribe = (config: Partial<typeof MQTT> = {}, options?: ReaderOptions): SourceReader =>
  (reader = new SourceReader({ ...MQTT, port: broker.port, ...config }, options));
const publish = async (topic: string, text: string, retain = false): Promise<void> => {
  const client = await connectAsync({ host: '127.0.0.1', port: broker.port });
  await client.publishAsync(topic, text, { qos: 1, retain });
  await client.endAsync();
};

describe.skipIf(!findProgram('mosquitto')).each([4, 5] as const)(
  'mosquitto, version %i',
  (version) => {
    beforeEach(async () => {
      broker = await startMosquitto(0);
    });

    it('sends again what was not acknowledged, and only that', async () => {
      const named = { version, clientId: `offbeat-test-${version}` };
      subscribe(named, { acknowledge: false });
      await reader.isOpen();
      for (const text of ['1 0', '2 0', '3 0']) await publish('plant/1/rows', text);
      await reader.until(() => reader.rows.length === 3);
      reader.pieces[0]!.acknowledge!();
      reader.pieces[1]!.acknowledge!();
      // The acknowledgements are on their way before the next message is.
      await publish('plant/1/rows', '4 0');
      await reader.until(() => reader.rows.length === 4);
      await reader.stop();
      // While nobody listened.
      await publish('plant/2/rows', '5 0');
      subscribe(named);
      await reader.until(() => reader.rows.length === 3);
      expect(reader.firsts()).toEqual([3, 4, 5]);
    });

    it('takes many messages before the first is acknowledged', async () => {
      subscribe({ version }, { acknowledge: false });
      await reader.isOpen();
      for (let i = 0; i < 15; i++) await publish('plant/1/rows', `${i} 0`);
      await reader.until(() => reader.rows.length === 15);
      for (const { acknowledge } of reader.pieces) acknowledge!();
      await publish('plant/1/rows', '15 0');
      await reader.until(() => reader.rows.length === 16);
    });

    it('names a bare value by its topic, over several topics and wildcards', async () => {
      subscribe({ version, topics: ['hall/+/temp', 'roof/#'] });
      await reader.isOpen();
      await publish('hall/1/temp', '21.5');
      await publish('hall/2/temp', '22.5');
      await publish('roof/wind/speed', '3');
      await publish('cellar/temp', '9');
      await reader.until(() => reader.rows.length === 3);
      expect(reader.rows.map(({ names }) => names[0])).toEqual([
        'hall/1/temp',
        'hall/2/temp',
        'roof/wind/speed',
      ]);
    });

    it('leaves a will that is sent when it dies', async () => {
      const watcher = await connectAsync({ host: '127.0.0.1', port: broker.port });
      await watcher.subscribeAsync('state/#');
      const heard = new Promise<string>((resolve) => {
        watcher.on('message', (topic, payload) => resolve(`${topic} ${payload}`));
      });
      const will = { topic: 'state/offbeat', payload: 'gone', retain: false };
      subscribe({ version, clientId: `dying-${version}`, will });
      await reader.isOpen();
      // Another with its name throws it out, which is a death without a good-bye.
      const other = await connectAsync({
        host: '127.0.0.1',
        port: broker.port,
        clientId: `dying-${version}`,
        protocolVersion: version,
      });
      expect(await heard).toBe('state/offbeat gone');
      await other.endAsync(true);
      await watcher.endAsync(true);
    });
  },
);

describe.skipIf(!findProgram('mosquitto'))('mosquitto with locks', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'offbeat-mqtt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.skipIf(!findProgram('mosquitto_passwd'))('asks for user and password', async () => {
    const file = join(folder, 'passwords');
    writeFileSync(file, '');
    execFileSync(findProgram('mosquitto_passwd')!, ['-b', file, 'me', 'hush'], { stdio: 'ignore' });
    broker = await startMosquitto(0, ['allow_anonymous false', `password_file ${file}`]);
    subscribe({ user: 'me', password: 'wrong' });
    await reader.until(() => reader.states.at(-1)!.status === 'waiting');
    expect(reader.states.at(-1)!.detail).toContain('The broker refused user and password');
    await reader.stop();
    subscribe({ user: 'me', password: 'hush' });
    await reader.isOpen();
  });

  it.skipIf(!findProgram('openssl'))('is reached by TLS, and only with its authority', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync(findProgram('openssl')!, [...made, '-keyout', key!, '-out', cert!], {
      stdio: 'ignore',
    });
    broker = await startMosquitto(await freePort(), [`certfile ${cert}`, `keyfile ${key}`]);
    subscribe({ tls: true });
    await reader.until(() => reader.states.at(-1)!.status === 'waiting');
    expect(reader.states.at(-1)!.detail).toMatch(/self.signed/i);
    await reader.stop();
    subscribe({ tls: true, caFile: cert });
    await reader.isOpen();
  });
});

describe('aedes', () => {
  it('keeps a last value, which is no news the second time', async () => {
    broker = await startAedes(0);
    await publish('plant/1/rows', '1 0', true);
    subscribe();
    await reader.until(() => reader.rows.length === 1);
    const { port } = broker;
    await broker.stop();
    broker = await startAedes(port);
    await reader.until(() => reader.timesOpen() === 2);
    await publish('plant/1/rows', '2 0', true);
    await reader.until(() => reader.rows.length === 2);
    expect(reader.firsts()).toEqual([1, 2]);
  });
});

describe('the ledger of QoS 1', () => {
  it('takes a message once however often it is sent', () => {
    const acknowledged: number[] = [];
    const ledger = createMqttLedger();
    ledger.connect((id) => acknowledged.push(id));
    const payload = Buffer.from('x');
    const first = ledger.receive(7, 'a', payload, false)!;
    ledger.disconnect();
    ledger.connect((id) => acknowledged.push(id));
    // Sent again before it is stored: acknowledged once it is.
    expect(ledger.receive(7, 'a', payload, true)).toBeNull();
    expect(acknowledged).toEqual([]);
    first();
    expect(acknowledged).toEqual([7]);
    // Stored while the broker was gone: acknowledged when it is sent again.
    const second = ledger.receive(8, 'a', payload, false)!;
    ledger.disconnect();
    second();
    ledger.connect((id) => acknowledged.push(id));
    expect(ledger.receive(8, 'a', payload, true)).toBeNull();
    expect(acknowledged).toEqual([7, 8]);
    // The number is used for another message.
    expect(ledger.receive(8, 'a', Buffer.from('y'), false)).not.toBeNull();
  });
});
