/** The engine in its thread: killed, given up, moved; pages stay attached. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as WorkerThreads from 'node:worker_threads';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineHost, type HostOptions } from '../../electron/engine/thread/engine-host.ts';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { portTransport } from '../../shared/contract/message-port.ts';
import type { JobState } from '../../shared/domain/job.ts';

const CLOSE_MS_MAX = 30_000;
const WAIT = { timeout: 50_000, interval: 50 };
let folder: string;
let host: EngineHost;
let states: string[];
let logged: string[];
let givenUp: string[];
const sealed = new Map<string, string>();

/** The threads that were started, so that one can be killed from outside. */
const threads: Worker[] = [];
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof WorkerThreads>();
  return {
    ...real,
    Worker: class extends real.Worker {
      constructor(...args: ConstructorParameters<typeof real.Worker>) {
        super(...args);
        threads.push(this);
      }
    },
  };
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-host-'));
  vi.stubEnv('XDG_DATA_HOME', folder);
  vi.stubEnv('APPDATA', folder);
  [states, logged, givenUp] = [[], [], []];
  threads.length = 0;
  host = newHost();
});
afterEach(async () => {
  await host.close(CLOSE_MS_MAX);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function newHost(more: Partial<HostOptions> = {}): EngineHost {
  return new EngineHost({
    engine: {
      workspace: join(folder, 'workspace'),
      shell: 'electron',
      version: 'test',
      resumesJobs: true,
    },
    owner: {
      canSeal: () => true,
      seal: (plain) => {
        sealed.set(`sealed ${plain.length}`, plain);
        return new TextEncoder().encode(`sealed ${plain.length}`);
      },
      unseal: (bytes) => sealed.get(new TextDecoder().decode(bytes)) ?? '',
      printPdf: (html) => new TextEncoder().encode(`%PDF of ${html}`),
    },
    onLog: (text) => logged.push(text),
    onState: (state) => states.push(state),
    onGivenUp: (reason) => givenUp.push(reason),
    ...more,
  });
}

function newPage(): Client<Api, ApiEvents> {
  const { port1, port2 } = new MessageChannel();
  host.attach('page', portTransport(port2));
  return createClient<Api, ApiEvents>(portTransport(port1));
}

const killEngine = async (): Promise<void> => void (await threads[0].terminate());

async function importRows(page: Client<Api, ApiEvents>, rows: number): Promise<JobState> {
  const lines = Array.from({ length: rows }, (_, i) => `${1e9 + i},${Math.sin(i / 20) + (i % 7)}`);
  const bytes = new TextEncoder().encode(`time,load\n${lines.join('\n')}\n`);
  const id = await page.call('upload.begin', 'load.csv', bytes.length);
  await page.call('upload.append', id, bytes);
  const { plan } = await page.call('csv.preview', id, {});
  return page.call('csv.import', id, 'Load', plan);
}

async function ended(page: Client<Api, ApiEvents>, id: number): Promise<JobState> {
  return vi.waitFor(async () => {
    const job = (await page.call('job.list')).find((each) => each.id === id)!;
    expect(['done', 'failed']).toContain(job.status);
    return job;
  }, WAIT);
}

describe('the engine in a thread', () => {
  it('answers what was asked before it was up', async () => {
    const page = newPage();
    const info = page.call('app.info');
    await host.open();
    expect(await info).toMatchObject({ version: 'test', workspace: host.workspace });
    expect(states).toEqual(['open']);
  });

  it('comes back after it was killed, with what was committed, for the same page', async () => {
    await host.open();
    const page = newPage();
    const job = await importRows(page, 600);
    expect(await ended(page, job.id)).toMatchObject({ status: 'done' });
    const [before] = await page.call('stream.list');
    const lost = expect(page.call('backend.measure')).rejects.toMatchObject({ code: 'lost' });
    await killEngine();
    await lost;
    expect(await page.call('stream.list')).toEqual([before]);
    expect(states).toEqual(['open', 'closed', 'open']);
    expect(logged.join('')).toContain('ended unexpectedly');
  });

  it('goes on with a learning run that was under way', async () => {
    await host.open();
    const page = newPage();
    const imported = await ended(page, (await importRows(page, 3000)).id);
    const streamId = imported.streamId!;
    await page.call('learn.start', streamId, { mode: 'stream', seed: 1 });
    await killEngine();
    const [job] = await vi.waitFor(async () => {
      const jobs = await page.call('job.list');
      expect(jobs).toHaveLength(1);
      return jobs;
    }, WAIT);
    expect(job).toMatchObject({ kind: 'learn', streamId });
    expect(await ended(page, job.id)).toMatchObject({ status: 'done' });
    expect(await page.call('model.active', streamId)).toMatchObject({ streamId });
  });

  it('gives up, in words, when it dies again and again', async () => {
    await host.open();
    const page = newPage();
    for (let i = 0; givenUp.length === 0 && i < 20; i++) {
      await page.call('app.info').catch(() => undefined);
      await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
    }
    expect(givenUp).toEqual([expect.stringMatching(/stopped 6 times in a minute/)]);
  });

  it('says why a workspace cannot be opened, and opens another', async () => {
    writeFileSync(join(folder, 'file'), 'x');
    await expect(host.open(join(folder, 'file'))).rejects.toMatchObject({ code: 'bad-usage' });
    await host.open(join(folder, 'other'));
    expect(await newPage().call('app.info')).toMatchObject({ workspace: join(folder, 'other') });
  });

  it('opens one file as a workspace, with its companions beside it', async () => {
    await host.open(join(folder, 'plant.offbeat'));
    const page = newPage();
    await ended(page, (await importRows(page, 100)).id);
    await host.close(CLOSE_MS_MAX);
    await host.open(join(folder, 'plant.offbeat'));
    expect(await page.call('stream.list')).toHaveLength(1);
  });

  it('seals secrets by the key store of its owner', async () => {
    await host.open();
    const page = newPage();
    await page.call('secret.set', 'broker', 'tops3cret');
    expect(await page.call('secret.list')).toEqual([{ name: 'broker', vault: 'system' }]);
    expect([...sealed.values()]).toContain('tops3cret');
    await page.call('secret.remove', 'broker');
    expect(await page.call('secret.list')).toEqual([]);
  });

  it('keeps settings and tells every page of them', async () => {
    await host.open();
    const [one, other] = [newPage(), newPage()];
    const heard: unknown[] = [];
    other.on('settings.changed', (settings) => heard.push(settings));
    await other.call('app.info');
    const settings = await one.call('settings.set', { theme: 'light', retentionDays: 30 });
    expect(settings).toMatchObject({ theme: 'light', language: 'system', retentionDays: 30 });
    await vi.waitFor(() => expect(heard).toEqual([settings]), WAIT);
    await killEngine();
    expect(await one.call('settings.get')).toEqual(settings);
  });
});
