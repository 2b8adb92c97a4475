/** Packs the app as an installer would, around a stand-in for Electron's own program. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { createClient } from '../../shared/contract/client.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import { ensureBuilt, loadNatively, ROOT, standIn } from './native.ts';

interface Asar {
  listPackage(archive: string, options: object): string[];
  extractAll(archive: string, folder: string): void;
}
interface Fuses {
  getCurrentFuseWire(program: string): Promise<Record<number, number>>;
  FuseV1Options: Record<string, number>;
}

const require = createRequire(import.meta.url);
const builderManifest = require.resolve('electron-builder/package.json');
// The builder's own readers of what it wrote.
const library = createRequire(createRequire(builderManifest).resolve('app-builder-lib'));
const asar = library('@electron/asar') as Asar;
const fuses = library('@electron/fuses') as Fuses;

/** What is looked for in the program to flip its fuses: a mark, version, count, then the fuses. */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = '101100010';
const EXE_UNTOUCHED = ['-c.win.signAndEditExecutable=false', '-c.disableAsarIntegrity=true'];
const OFF = '0'.charCodeAt(0);
const ON = '1'.charCodeAt(0);
const VERSION = (require('electron/package.json') as { version: string }).version;

/** A distribution of Electron with nothing in it that runs. */
async function emptyElectron(folder: string): Promise<string> {
  const wire = Buffer.from([1, FUSES.length]);
  const program = Buffer.concat([Buffer.from(FUSE_MARK), wire, Buffer.from(FUSES)]);
  for (const part of ['resources', 'locales']) await mkdir(join(folder, part), { recursive: true });
  for (const name of ['electron', 'electron.exe']) {
    await writeFile(join(folder, name), program, { mode: 0o755 });
  }
  const empty = ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'];
  for (const name of empty) await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'version'), VERSION);
  return folder;
}

describe('packaging', () => {
  let folder: string;
  let electron: string;

  beforeAll(async () => {
    await ensureBuilt();
    folder = await mkdtemp(join(tmpdir(), 'offbeat-pack-'));
    electron = await emptyElectron(join(folder, 'electron'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Answers the unpacked application's folder. */
  function pack(system: 'linux' | 'win', arch: 'x64' | 'arm64'): string {
    const output = join(folder, `${system}-${arch}`);
    const cli = join(dirname(builderManifest), 'cli.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        cli,
        `--${system}`,
        'dir',
        `--${arch}`,
        '--publish=never',
        `-c.electronDist=${electron}`,
        `-c.directories.output=${output}`,
        // Icon and checksum are written into the resources that the stand-in's program lacks.
        ...(system === 'win' ? EXE_UNTOUCHED : []),
      ],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    const suffix = arch === 'x64' ? '' : `-${arch}`;
    return join(output, `${system}${suffix}-unpacked`);
  }

  const archiveOf = (packed: string): string => join(packed, 'resources', 'app.asar');
  const filesOf = (packed: string): string[] =>
    asar.listPackage(archiveOf(packed), {}).map((path) => path.replaceAll(sep, '/'));

  it('takes what was built and what runs it, and starts from that alone', async () => {
    const packed = pack('linux', 'x64');
    const files = filesOf(packed);
    const tops = new Set(files.map((file) => file.split('/')[1]));
    expect([...tops].sort()).toEqual(['node_modules', 'out', 'package.json']);
    for (const name of ['main/index.js', 'main/store-worker.js', 'preload/index.cjs']) {
      expect(files).toContain(`/out/${name}`);
    }
    expect(files.filter((file) => /^\/out\/.*\.(map|ts|vue)$/.test(file))).toEqual([]);
    // Extracted elsewhere, it finds only the packages it brought.
    const copy = join(folder, 'copy');
    asar.extractAll(archiveOf(packed), copy);
    process.argv.push('--workspace', join(folder, 'workspace'));
    loadNatively(join(copy, 'out', 'main', 'index.js'));
    const { seen, app } = standIn;
    await vi.waitUntil(() => seen.windows[0]?.webContents.page, { timeout: 20_000 });
    const { world } = seen.windows[0].webContents.page!;
    const client = createClient<Api, ApiEvents>(world['offbeat'] as Transport);
    expect(await client.call('stream.list')).toEqual([]);
    app.quit();
    await expect.poll(() => seen.exits, { timeout: 20_000 }).toEqual([0]);
  });

  it.each([
    { system: 'linux', arch: 'arm64', binary: 'linux-arm64.node' },
    { system: 'win', arch: 'x64', binary: 'win32-x64.node' },
  ] as const)('brings $system $arch its own binary alone, outside the archive', (target) => {
    const packed = pack(target.system, target.arch);
    const binaries = filesOf(packed).filter((file) => file.endsWith('.node'));
    expect(binaries).toEqual([`/node_modules/better-sqlite3/prebuilds/${target.binary}`]);
    const unpacked = readdirSync(
      join(`${archiveOf(packed)}.unpacked`, 'node_modules', 'better-sqlite3', 'prebuilds'),
    );
    expect(unpacked).toEqual([target.binary]);
  });

  it('flips the fuses in the program', async () => {
    const wire = await fuses.getCurrentFuseWire(join(pack('linux', 'x64'), 'offbeat'));
    const { FuseV1Options: option } = fuses;
    const off = [
      'RunAsNode',
      'EnableNodeOptionsEnvironmentVariable',
      'EnableNodeCliInspectArguments',
      'GrantFileProtocolExtraPrivileges',
    ];
    for (const name of off) expect([name, wire[option[name]]]).toEqual([name, OFF]);
    const on = ['EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar'];
    for (const name of on) expect([name, wire[option[name]]]).toEqual([name, ON]);
  });
});
