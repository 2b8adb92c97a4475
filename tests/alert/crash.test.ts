/** An engine killed again and again while it sends: nothing is told twice, nothing is forgotten. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../shared/math/prng.ts';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import { alertPlace, pressStream, RULE } from './alert-place.ts';

const EVENTS = 30;
const KILLS = 20;
const REFUSALS = 2;
const SEED = 7;

interface Receiver {
  readonly server: Server;
  readonly url: string;
  /** Requests seen, by idempotency key. */
  readonly seen: Map<string, number>;
  /** What was taken, once a key, in the order it was. */
  readonly taken: { readonly key: string; readonly alertId: number; readonly kind: string }[];
  onRequest: () => void;
}

/** Refuses each message twice, then takes it; takes none twice, as a receiver by key does. */
async function receiver(): Promise<Receiver> {
  const seen = new Map<string, number>();
  const taken: Receiver['taken'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const key = request.headers['idempotency-key'] as string;
      const before = seen.get(key) ?? 0;
      seen.set(key, before + 1);
      const { alertId, kind } = JSON.parse(body) as { alertId: number; kind: string };
      const takes = before >= REFUSALS;
      if (takes && !taken.some((one) => one.key === key)) taken.push({ key, alertId, kind });
      self.onRequest();
      response.writeHead(takes ? 200 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const self: Receiver = { server, url, seen, taken, onRequest: () => undefined };
  return self;
}

let place: TemporaryStore;
let target: Receiver;
beforeEach(async () => {
  place = await temporaryStore();
  target = await receiver();
});
afterEach(async () => {
  target.server.closeAllConnections();
  target.server.close();
  await place.remove();
});

/** Runs an engine until `isEnough`, then kills it at once. */
async function runUntil(streamId: number, isEnough: () => boolean): Promise<void> {
  const script = fileURLToPath(new URL('./alerting-child.ts', import.meta.url));
  const args = [script, place.file, String(streamId), String(EVENTS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const exited = new Promise<string | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  target.onRequest = () => {
    if (isEnough()) child.kill('SIGKILL');
  };
  if (isEnough()) child.kill('SIGKILL');
  expect([await exited, complaint]).toEqual(['SIGKILL', '']);
}

describe.skipIf(process.platform === 'win32')('an engine killed while it sends', () => {
  it(
    `tells every alert once after ${KILLS} kills (seed ${SEED})`,
    { timeout: 170_000 },
    async () => {
      const streamId = await pressStream(place.store);
      const { alerts } = alertPlace(place.store, { now: () => 0 });
      const sink = await alerts.saveSink(null, {
        ...{ name: 'Receiver', isEnabled: true },
        config: {
          ...{ kind: 'webhook', url: target.url, method: 'POST', headers: [] },
          ...{ contentType: '', template: '', secret: '' },
        },
      });
      await alerts.saveRule(null, { ...RULE, sinks: [sink.id] });
      await alerts.close();
      await place.store.close();

      const random = createRandom(SEED);
      const all = 2 * EVENTS;
      for (let kill = 0; kill < KILLS; kill++) {
        let requests = 1 + Math.floor(random.uniform() * 9);
        await runUntil(streamId, () => --requests < 0 || target.taken.length >= all);
      }
      expect(target.taken.length).toBeLessThan(all);
      await runUntil(streamId, () => target.taken.length >= all);

      // One raise and one end for every event, each end after its raise; no key but these.
      expect(target.seen.size).toBe(all);
      const byAlert = Map.groupBy(target.taken, ({ alertId }) => alertId);
      expect(byAlert.size).toBe(EVENTS);
      for (const messages of byAlert.values()) {
        expect(messages.map(({ kind }) => kind)).toEqual(['raise', 'resolve']);
      }
    },
  );
});
