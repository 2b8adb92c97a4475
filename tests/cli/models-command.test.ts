import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEngine } from '../../electron/engine/engine.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { csvLines, device } from '../ingest/feed-engine.ts';
import { cliFolder, machine, minute, START_MS, type CliFolder } from './offbeat-process.ts';

interface Listed {
  readonly id: number;
  readonly role: string;
  readonly isLive: boolean;
  readonly trainFrom: string;
  readonly trainTo: string;
  readonly trainRows: number;
  readonly heldOut: { readonly model: number; readonly lastValue: number } | null;
  readonly drift: { readonly times: number; readonly since: string | null } | null;
  readonly checkpointSha256: string;
}

let folder: CliFolder;
beforeAll(() => {
  folder = cliFolder();
});
afterAll(() => folder.remove());

const ask = (...words: string[]) => folder.offbeat(...words, '--workspace', folder.workspace);
const listed = async (stream: string): Promise<Listed[]> =>
  JSON.parse((await ask('models', stream, '--json')).stdout) as Listed[];
const roles = async (stream: string): Promise<string[]> =>
  (await listed(stream)).map(({ id, role }) => `${id} ${role}`);

describe('the models of a recording', () => {
  beforeAll(async () => {
    folder.write('machine.csv', machine(600, 400));
    expect((await ask('analyze', 'machine.csv', '--train-rows', '240')).code).toBe(0);
    expect((await ask('train', 'machine', '--train-rows', '300')).code).toBe(0);
  });

  it('are listed with what each learnt from, in words and as JSON', async () => {
    const [second, first] = await listed('machine');
    expect([second.trainRows, first.trainRows]).toEqual([300, 240]);
    expect(first).toMatchObject({
      ...{ id: 1, role: 'off', isLive: false, drift: null },
      trainFrom: minute(0),
      trainTo: minute(239),
    });
    // The wave is elsewhere in 16 rows: whoever repeats the last value is far off.
    expect(first.heldOut!.model).toBeLessThan(first.heldOut!.lastValue);
    expect(first.checkpointSha256).toMatch(/^[0-9a-f]{64}$/);
    const { code, stdout } = await ask('models', 'machine');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^2 active, stream mode: learnt load from 300 rows, 2026-01-01 /);
    expect(lines[0]).toContain(`sha256 ${second.checkpointSha256.slice(0, 12)}`);
    expect(lines[1]).toMatch(
      /^1 at rest, .* · held-out loss \S+, \S+ by repeating the last value · \d+ events? · /,
    );
    expect(lines[2]).toBe('machine: 2 models.');
  });

  it('speak one at a time: gone back to and taken again', async () => {
    const back = await ask('models', 'rollback', 'machine');
    expect(back).toMatchObject({
      code: 0,
      stdout: 'machine: model 1 is active; model 2 rests.\n',
    });
    expect(await roles('machine')).toEqual(['2 off', '1 active']);
    const none = await ask('models', 'rollback', 'machine');
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/no model before 1/)]);
    expect((await ask('models', 'activate', 'machine', '2')).code).toBe(0);
    expect((await ask('models', 'rollback', 'machine', '1')).code).toBe(0);
    const again = await ask('models', 'activate', 'machine', '2');
    expect(again.stdout).toBe('machine: model 2 is active; model 1 rests.\n');
    expect(await roles('machine')).toEqual(['2 active', '1 off']);
  });

  it.each([
    [['machine', '7'], 'activate', 3, /no model 7; it has 2, 1/],
    [['machine', 'first'], 'activate', 2, /above 0/],
    [['machine', '2'], 'shadow', 2, /activate another first/],
    [['machine', '1'], 'shadow', 2, /connected stream/],
    [['machine', '2'], 'rest', 2, /activate another first/],
    [['machine', '1'], 'rest', 2, /at rest already/],
    [['machine', '2'], 'rollback', 2, /Model 2 is no former one; before 2 there is 1/],
    [['nobody', '1'], 'activate', 3, /no stream nobody.*machine \(1\)/],
  ])('are left as they are by %j for %s', async (words, verb, exit, text) => {
    const before = folder.database()!.model;
    const { code, stderr, stdout } = await ask('models', verb, ...words);
    expect([code, stderr, stdout]).toEqual([exit, expect.stringMatching(text), '']);
    expect(folder.database()!.model).toEqual(before);
  });

  it('are not looked for where there is no workspace, and none is made', async () => {
    for (const words of [
      ['models', 'machine'],
      ['models', 'activate', 'machine', '1'],
    ]) {
      const { code, stderr } = await folder.offbeat(...words, '--workspace', 'nowhere');
      expect([code, stderr]).toEqual([3, expect.stringMatching(/nowhere is no workspace/)]);
    }
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false);
  });
});

describe('the models of a connected stream', () => {
  const ROWS = 2600;
  const LOUD_FROM = 600;

  beforeAll(async () => {
    const engine = await createEngine({
      ...{ workspace: folder.workspace, shell: 'browser', version: '0', resumesJobs: true },
    });
    const sender = await device();
    const random = createRandom(3);
    const row = (i: number): string => {
      const noise = (i < LOUD_FROM ? 0.05 : 0.4) * random.normal();
      return `${START_MS + i * 60_000},${(10 + Math.sin(i / 8) + noise).toFixed(4)}\n`;
    };
    const feed = { name: 'Press', source: sender.source, decoder: csvLines(['load']) };
    const { streamId } = await engine.handlers['feed.create'](feed);
    await sender.send(Array.from({ length: ROWS }, (_, i) => row(i)).join(''));
    await vi.waitFor(
      async () => expect((await engine.store.read['stream.get'](streamId)).rows).toBe(ROWS),
      { timeout: 30_000, interval: 50 },
    );
    await engine.close();
    await sender.close();
    for (const seed of ['1', '2']) {
      const words = ['train', 'Press', '--mode', 'reference', '--train-rows', '500'];
      expect((await ask(...words, '--seed', seed)).code).toBe(0);
    }
  });

  it('say how far their scores are from normal, and since when', async () => {
    const models = await listed('Press');
    expect(models.map(({ isLive }) => isLive)).toEqual([true, true]);
    for (const { drift } of models) {
      expect(drift!.times).toBeGreaterThan(1.5);
      expect(Date.parse(drift!.since!)).toBeGreaterThan(START_MS + LOUD_FROM * 60_000);
    }
    const { stdout } = await ask('models', 'Press');
    expect(stdout).toMatch(/· drift \d[\d.]*, high since 2026-01-0\d \d\d:/);
  });

  it('score as a shadow beside the active one', async () => {
    const [{ id: active }, { id: former }] = await listed('Press');
    const { code, stdout } = await ask('models', 'shadow', 'Press', String(former));
    expect([code, stdout]).toEqual([0, `Press: model ${former} scores as a shadow.\n`]);
    expect(await roles('Press')).toEqual([`${active} active`, `${former} shadow`]);
    expect((await ask('models', 'Press')).stdout).toMatch(/^\d+ shadow, reference mode/m);
  });

  it('rest again, and stay', async () => {
    const [{ id: active }, { id: former }] = await listed('Press');
    const { code, stdout } = await ask('models', 'rest', 'Press', String(former));
    expect([code, stdout]).toEqual([0, `Press: model ${former} rests.\n`]);
    expect(await roles('Press')).toEqual([`${active} active`, `${former} off`]);
  });
});
