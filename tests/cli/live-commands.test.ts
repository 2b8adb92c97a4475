/** Commands around live feeds, as processes: a device is connected, looked at, exported, copied. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { device, type Device } from '../ingest/feed-engine.ts';
import { cliFolder, type CliFolder } from './offbeat-process.ts';

const CLI = fileURLToPath(new URL('../../electron/cli/cli.ts', import.meta.url));
const START_MS = Date.UTC(2026, 0, 1);
const ROWS = 40;

let folder: CliFolder;
let press: Device;
let connected: { code: number | null; stdout: string; stderr: string };

beforeAll(async () => {
  folder = cliFolder();
  press = await device();
  const { host, port } = press.source;
  const url = `tcp://${host}:${port}`;
  const args = [CLI, 'connect', url, '--workspace', folder.workspace, '--name', 'Press'];
  const child = spawn(process.execPath, args);
  let stdout = '';
  let stderr = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const told = Promise.withResolvers<void>();
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (stdout.includes('could not be read')) told.resolve();
  });
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  void exited.then(() => told.resolve());
  const line = (i: number): string => `${START_MS + i * 1000},${i},${i / 8}\n`;
  await press.send('time,pressure (bar),flow\n');
  await press.send(Array.from({ length: ROWS }, (_, i) => line(i)).join(''));
  await press.send('no row of this kind at all\n');
  await told.promise;
  child.kill('SIGINT');
  connected = { code: await exited, stdout, stderr };
});
afterAll(async () => {
  await press.close();
  folder.remove();
});

const of = (...args: string[]): ReturnType<CliFolder['offbeat']> =>
  folder.offbeat(...args, '--workspace', folder.workspace);

describe.skipIf(process.platform === 'win32')('a connected device', () => {
  it('is stored until Ctrl+C, and trouble is told as it is found', () => {
    expect(connected.stderr).toMatch(/Stream 1, Press; stop with Ctrl\+C/);
    expect(connected.stderr).toMatch(new RegExp(`${ROWS} rows in all, 1 set aside`));
    expect(connected.stdout).toMatch(/^□ .*1 rows could not be read: /m);
    expect(connected.code).toBe(0);
  });

  it('is listed with its span and its channels', async () => {
    const { code, stdout } = await of('streams');
    expect([code, stdout]).toEqual([
      0,
      '1 Press: 40 rows, 2026-01-01 00:00:00 to 2026-01-01 00:00:39 UTC, every 1 s · ' +
        'pressure, flow · tcp\n',
    ]);
  });

  it('shows its newest rows', async () => {
    const { stdout } = await of('tail', 'Press', '-n', '2', '--no-follow');
    expect(stdout.split('\n')).toEqual([
      'time\tpressure\tflow',
      '2026-01-01 00:00:38\t38\t4.75',
      '2026-01-01 00:00:39\t39\t4.875',
      '',
    ]);
  });

  it('is exported in three formats', async () => {
    const range = ['--from', '2026-01-01T00:00:02', '--to', '2026-01-01T00:00:03'];
    const csv = await of('export', 'Press', '--csv', ...range);
    expect(csv.stdout).toBe(
      'time,pressure (bar),flow\n2026-01-01T00:00:02.000Z,2,0.25\n' +
        '2026-01-01T00:00:03.000Z,3,0.375\n',
    );
    const json = await of('export', '1', '--json', ...range);
    const objects = json.stdout.trim().split('\n');
    expect(objects.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: '2026-01-01T00:00:02.000Z', pressure: 2, flow: 0.25 },
      { time: '2026-01-01T00:00:03.000Z', pressure: 3, flow: 0.375 },
    ]);
    const file = join(folder.path, 'press.parquet');
    expect((await of('export', '1', '--parquet', '--out', file)).code).toBe(0);
    const bytes = readFileSync(file);
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(rows).toHaveLength(ROWS);
    expect(rows[3]).toEqual({ time: new Date(START_MS + 3000), pressure: 3, flow: 0.375 });
    const refused = await of('export', 'Press', '--parquet');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/--out FILE/)]);
    expect((await of('export', 'Boiler')).stderr).toMatch(/no stream Boiler.*Press \(1\)/);
  });

  it('is well, and its copy opens as a workspace', async () => {
    const { code, stdout } = await of('doctor', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ damages: [], streams: [{ isSlow: false }] });
    const copy = join(folder.path, 'copy.offbeat');
    expect((await of('backup', copy)).code).toBe(0);
    const listed = await folder.offbeat('streams', '--workspace', copy);
    expect(listed.stdout).toMatch(/^1 Press: 40 rows/);
  });

  it('needs an address of a known kind', async () => {
    const { code, stderr } = await of('connect', 'gopher://old');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/"gopher:" is no kind of feed/)]);
  });
});
