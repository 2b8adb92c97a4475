#!/usr/bin/env node
/**
 * Sets Offbeat up and runs it: `node offbeat.mjs <command>`. Plain JavaScript for any Node from 20
 * on: gets a newer Node when this one is too old, installs packages and builds when something
 * changed, then runs the command.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(fileURLToPath(import.meta.url));
const NODE_OLDEST = [20, 0];
/** better-sqlite3 needs Node-API 10, which came with 22.14. */
const NODE_NEEDED = [22, 18];
const NODE_FETCHED = '24';
const SOURCES = [
  'electron',
  'renderer',
  'shared',
  'resources',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'electron.vite.config.ts',
];
/** Those that need more than the built application. */
const BENCHES = ['model', 'start'];
const CLI = join(ROOT, 'out', 'main', 'cli.js');
const LOCK_STAMP = join(ROOT, 'node_modules', '.offbeat-lock');
const BUILD_STAMP = join(ROOT, 'out', '.offbeat-sources');

const [command = 'start', ...args] = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (error) {
  console.error(`offbeat: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main() {
  if (!isAtLeast(NODE_OLDEST)) {
    throw new Error(`Node ${process.version} is too old; Node 20 or newer is needed (nodejs.org).`);
  }
  if (!isAtLeast(NODE_NEEDED))
    return run(fetchNode(), [fileURLToPath(import.meta.url), command, ...args]);
  installPackages();
  build();
  if (command === 'build') return 0;
  if (command === 'test' || command === 'check') {
    return run(process.execPath, [
      join(ROOT, 'tests', 'system', 'run-tests.mjs'),
      command,
      ...args,
    ]);
  }
  if (command === 'bench' && BENCHES.includes(args[0])) {
    const file = join(ROOT, 'tests', 'bench', `${args[0]}.ts`);
    return run(process.execPath, [file, ...args.slice(1)]);
  }
  if (command === 'start') return start();
  return run(process.execPath, [CLI, command, ...args], callerFolder());
}

function isAtLeast([major, minor]) {
  const [a, b] = process.versions.node.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** A newer Node from the npm registry, kept in .cache: a plain binary, no scripts. */
function fetchNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const home = join(ROOT, '.cache', 'node');
  const binary = join(home, 'node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  step(`Getting Node ${NODE_FETCHED} (this one is ${process.version})`, () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    npm(['install', '--no-save', '--ignore-scripts', `${name}@${NODE_FETCHED}`], home);
  });
  if (!existsSync(binary)) {
    throw new Error(
      `The package ${name} brought no Node for this machine. Install Node ${NODE_FETCHED} from ` +
        'nodejs.org and run this again.',
    );
  }
  return binary;
}

function installPackages() {
  const lock = hashOf([join(ROOT, 'package-lock.json'), join(ROOT, 'package.json')]);
  if (existsSync(LOCK_STAMP) && readFileSync(LOCK_STAMP, 'utf8') === lock) return;
  step('Installing packages', () => npm(['ci'], ROOT));
  writeFileSync(LOCK_STAMP, lock);
}

function build() {
  const sources = sourcesStamp();
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === sources) return;
  step('Building', () => {
    const bin = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    quietly(process.execPath, [bin, 'build', '--logLevel', 'warn'], ROOT);
  });
  writeFileSync(BUILD_STAMP, sources);
}

/** Names, sizes and times of all sources: changes when any of them does. */
function sourcesStamp() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
    }
  };
  for (const source of SOURCES) visit(join(ROOT, source));
  return hash.digest('hex');
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** The desktop window where Electron and a display are; else the same application in a browser. */
function start() {
  const electron = electronBinary();
  const why = electron ? noDisplay() : "Electron's own program is not installed here";
  if (electron && !why) return run(electron, ['.', ...args]);
  console.log(`${why}, so Offbeat opens in your browser instead.`);
  const quiet = process.env.CI || args.includes('--no-open');
  const open = quiet || args.includes('--open') ? [] : ['--open'];
  return run(process.execPath, [CLI, 'serve', ...open, ...args], callerFolder());
}

/** Looks only; never starts Electron's download. */
function electronBinary() {
  const home = join(ROOT, 'node_modules', 'electron');
  const pathFile = join(home, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(home, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

function noDisplay() {
  const hasDisplay =
    process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasDisplay ? null : 'There is no display here';
}

/** Says what is done and how long it took. */
function step(title, work) {
  process.stdout.write(`${title} … `);
  const started = Date.now();
  try {
    work();
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** npm of the Node that started this, run by the Node in use. */
function npm(npmArgs, cwd) {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js'))
    return quietly(process.execPath, [script, ...npmArgs, ...flags], cwd);
  const windows = process.platform === 'win32';
  quietly(windows ? 'npm.cmd' : 'npm', [...npmArgs, ...flags], cwd, windows);
}

/** Runs a program and shows its output only when it fails. */
function quietly(program, programArgs, cwd, shell = false) {
  const result = spawnSync(program, programArgs, {
    cwd,
    shell,
    encoding: 'utf8',
    env: childEnv(program),
  });
  if (result.error?.code === 'ENOENT') {
    throw new Error(`${program} was not found; install Node with npm from nodejs.org.`);
  }
  if (result.status === 0) return;
  const tail = `${result.stdout ?? ''}${result.stderr ?? ''}`
    .trim()
    .split('\n')
    .slice(-20)
    .join('\n');
  throw new Error(
    `"${[program, ...programArgs].join(' ')}" failed. If this machine is offline, connect it ` +
      `once and run this again.\n${tail}`,
  );
}

/** Runs a program in the foreground and answers its exit code; interrupts are the program's. */
function run(program, programArgs, cwd = ROOT) {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  const child = spawn(program, programArgs, {
    cwd,
    stdio: 'inherit',
    env: childEnv(program),
  });
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** npm changes into the root and says where it came from. */
function callerFolder() {
  return process.env.INIT_CWD ?? process.cwd();
}

/** The Node in use first on the path, so that what children start finds it too. */
function childEnv(program) {
  const node = /node(\.exe)?$/.test(program) ? dirname(program) : dirname(process.execPath);
  const key = Object.keys(process.env).find((name) => name.toLowerCase() === 'path') ?? 'PATH';
  return { ...process.env, [key]: `${node}${delimiter}${process.env[key] ?? ''}` };
}
