/** Packs the app as an installer would, around a stand-in for Electron's own program. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedPackages } from '../../resources/third-party.mjs';
import { ensureBuilt, ROOT } from './build.ts';
import { launch } from './desktop.ts';

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
  await emptyMacApp(join(folder, 'Electron.app', 'Contents'), program);
  for (const part of ['resources', 'locales']) await mkdir(join(folder, part), { recursive: true });
  for (const name of ['electron', 'electron.exe']) {
    await writeFile(join(folder, name), program, { mode: 0o755 });
  }
  const empty = ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'];
  for (const name of empty) await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'version'), VERSION);
  return folder;
}

/** The bundles that the builder renames: the app and its helpers. */
async function emptyMacApp(contents: string, program: Buffer): Promise<void> {
  const bundle = async (at: string, name: string): Promise<void> => {
    await mkdir(join(at, 'MacOS'), { recursive: true });
    await writeFile(join(at, 'MacOS', name), program, { mode: 0o755 });
    const entry = `<key>CFBundleName</key><string>${name}</string>`;
    const plist = `<plist version="1.0"><dict>${entry}</dict></plist>`;
    await writeFile(join(at, 'Info.plist'), plist);
  };
  await bundle(contents, 'Electron');
  await mkdir(join(contents, 'Resources', 'en.lproj'), { recursive: true });
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const name = `Electron Helper${kind}`;
    await bundle(join(contents, 'Frameworks', `${name}.app`, 'Contents'), name);
  }
  const framework = join(contents, 'Frameworks', 'Electron Framework.framework');
  const english = join(framework, 'Versions', 'A', 'Resources', 'en.lproj');
  await mkdir(english, { recursive: true });
  await writeFile(join(english, 'locale.pak'), '');
  await writeFile(join(framework, 'Electron Framework'), program);
}

/** What an app may weigh beside Electron itself. */
const APP_BYTES_MAX = 25 * 1024 * 1024;

interface Target {
  readonly system: 'linux' | 'win' | 'mac';
  readonly arch: 'x64' | 'arm64';
  /** The folder the builder leaves it in, and the resources in it. */
  readonly folder: string;
  readonly resources: string;
  /** The binaries of its packages. */
  readonly natives: readonly string[];
}

const SQLITE = 'better-sqlite3/prebuilds';
const SERIAL = '@serialport/bindings-cpp/prebuilds';
const TARGETS: readonly Target[] = [
  {
    system: 'linux',
    arch: 'x64',
    folder: 'linux-unpacked',
    resources: 'resources',
    natives: [
      `${SERIAL}/linux-x64/@serialport+bindings-cpp.glibc.node`,
      `${SQLITE}/linux-x64.node`,
    ],
  },
  {
    system: 'linux',
    arch: 'arm64',
    folder: 'linux-arm64-unpacked',
    resources: 'resources',
    natives: [
      `${SERIAL}/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node`,
      `${SQLITE}/linux-arm64.node`,
    ],
  },
  {
    system: 'win',
    arch: 'x64',
    folder: 'win-unpacked',
    resources: 'resources',
    natives: [`${SERIAL}/win32-x64/@serialport+bindings-cpp.node`, `${SQLITE}/win32-x64.node`],
  },
  {
    system: 'win',
    arch: 'arm64',
    folder: 'win-arm64-unpacked',
    resources: 'resources',
    natives: [
      `${SERIAL}/win32-arm64/@serialport+bindings-cpp.armv8.node`,
      `${SQLITE}/win32-arm64.node`,
    ],
  },
  {
    // Half of a universal app: both halves must hold the same binaries.
    system: 'mac',
    arch: 'x64',
    folder: 'mac',
    resources: 'Offbeat.app/Contents/Resources',
    natives: [
      `${SERIAL}/darwin-x64+arm64/@serialport+bindings-cpp.node`,
      `${SQLITE}/darwin-arm64.node`,
      `${SQLITE}/darwin-x64.node`,
    ],
  },
];

describe('packaging', () => {
  let folder: string;

  beforeAll(async () => {
    await ensureBuilt();
    folder = await mkdtemp(join(tmpdir(), 'offbeat-pack-'));
    const electron = await emptyElectron(join(folder, 'electron'));
    for (const system of ['linux', 'win', 'mac'] as const) {
      const archs = TARGETS.filter((target) => target.system === system).map(({ arch }) => arch);
      pack(system, archs, electron);
    }
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function pack(system: Target['system'], archs: readonly string[], electron: string): void {
    const cli = join(dirname(builderManifest), 'cli.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        cli,
        `--${system}`,
        'dir',
        ...archs.map((arch) => `--${arch}`),
        '--publish=never',
        `-c.electronDist=${electron}`,
        `-c.directories.output=${join(folder, 'dist')}`,
        // Icon and checksum are written into the resources that the stand-in's program lacks.
        ...(system === 'win' ? EXE_UNTOUCHED : []),
      ],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  }

  const resourcesOf = (target: Target): string =>
    join(folder, 'dist', target.folder, target.resources);
  const archiveOf = (target: Target): string => join(resourcesOf(target), 'app.asar');
  const filesOf = (target: Target): string[] =>
    asar.listPackage(archiveOf(target), {}).map((path) => path.replaceAll(sep, '/'));

  describe.each(TARGETS)('for $system $arch', (target) => {
    it('takes what was built and what runs it, and nothing else', () => {
      const files = filesOf(target);
      const tops = new Set(files.map((file) => file.split('/')[1]));
      expect([...tops].sort()).toEqual(['node_modules', 'out', 'package.json']);
      for (const name of ['main/index.js', 'main/engine-thread.js', 'preload/index.cjs']) {
        expect(files).toContain(`/out/${name}`);
      }
      expect(files.filter((file) => /\.(map|ts|vue|md)$/.test(file))).toEqual([]);
      expect(files.filter((file) => /\/(tests?|__tests__)\//.test(file))).toEqual([]);
      const shipped = new Set(shippedPackages(ROOT).map(({ name }) => name));
      const packed = new Set(files.flatMap((file) => packageOf(file) ?? []));
      expect([...packed].filter((name) => !shipped.has(name))).toEqual([]);
      for (const name of ['electron', 'vitest', 'electron-builder', 'typescript', 'playwright']) {
        expect(packed).not.toContain(name);
      }
    });

    it('brings one binary of each native package, outside the archive', () => {
      const natives = target.natives.map((path) => `/node_modules/${path}`);
      expect(
        filesOf(target)
          .filter((file) => file.endsWith('.node'))
          .sort(),
      ).toEqual(natives);
      const unpacked = filesIn(`${archiveOf(target)}.unpacked`);
      expect(unpacked.filter((file) => file.endsWith('.node')).sort()).toEqual(natives);
    });

    it('stays within its size', () => {
      const unpacked = `${archiveOf(target)}.unpacked`;
      const bytes = filesIn(unpacked).map((file) => statSync(join(unpacked, file)).size);
      const whole = bytes.reduce((sum, size) => sum + size, statSync(archiveOf(target)).size);
      console.log(`${target.system} ${target.arch}: ${(whole / 1024 / 1024).toFixed(1)} MiB`);
      expect(whole).toBeLessThanOrEqual(APP_BYTES_MAX);
    });

    it('brings the tray, the licences and a bill of materials', () => {
      const resources = resourcesOf(target);
      for (const light of ['green', 'amber', 'red']) {
        expect(existsSync(join(resources, 'tray', `${light}.png`))).toBe(true);
      }
      const licences = readFileSync(join(resources, 'third-party', 'LICENCES.txt'), 'utf8');
      const bill = JSON.parse(
        readFileSync(join(resources, 'third-party', 'sbom.cdx.json'), 'utf8'),
      ) as { bomFormat: string; components: { name: string; version: string }[] };
      expect(bill.bomFormat).toBe('CycloneDX');
      for (const name of ['electron', 'better-sqlite3', 'serialport', 'vue', 'echarts']) {
        const part = bill.components.find((each) => each.name === name)!;
        expect(licences).toContain(`${name} ${part.version} (`);
      }
    });
  });

  const chromium = process.env['OFFBEAT_CHROMIUM'] ?? process.env['CHROME_PATH'];
  it.skipIf(!chromium)('starts from what was packed alone (needs OFFBEAT_CHROMIUM)', async () => {
    const app = join(folder, 'copy');
    asar.extractAll(archiveOf(TARGETS[0]), app);
    const home = join(folder, 'home');
    const env = { OFFBEAT_SPEC_RESOURCES: resourcesOf(TARGETS[0]), OFFBEAT_CHROMIUM: chromium! };
    const desktop = await launch({ kind: 'stand-in', home, app, args: ['--demo'], env });
    const page = await desktop.page();
    await page.locator('.lane canvas').first().waitFor();
    const menu = await desktop.evaluate(({ Menu }) => JSON.stringify(Menu.getApplicationMenu()));
    expect(menu).not.toContain('toggleDevTools');
    expect(await desktop.quit()).toBe(0);
    expect(desktop.said()).not.toContain('no tray');
  });

  it('flips the fuses in the program', async () => {
    const wire = await fuses.getCurrentFuseWire(join(folder, 'dist/linux-unpacked/offbeat'));
    const { FuseV1Options: option } = fuses;
    const off = [
      'RunAsNode',
      'EnableNodeOptionsEnvironmentVariable',
      'EnableNodeCliInspectArguments',
      'GrantFileProtocolExtraPrivileges',
    ];
    for (const name of off) expect([name, wire[option[name]]]).toEqual([name, OFF]);
    const on = [
      'EnableEmbeddedAsarIntegrityValidation',
      'OnlyLoadAppFromAsar',
      'EnableCookieEncryption',
    ];
    for (const name of on) expect([name, wire[option[name]]]).toEqual([name, ON]);
  });
});

/** The package a file of an archive belongs to; null for files of the app itself. */
function packageOf(file: string): string | null {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/@][^/]*)\/./.exec(file) ?? [];
  return name ?? null;
}

/** Paths of files, from the folder on. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll(sep, '/'));
}
