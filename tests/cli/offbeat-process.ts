/** The real command line as a process of its own, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const CLI = fileURLToPath(new URL('../../electron/cli/cli.ts', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliFolder {
  readonly path: string;
  readonly workspace: string;
  write(name: string, content: string | Uint8Array): string;
  /** Runs `offbeat` with its temporary files in this folder. */
  offbeat(...args: string[]): Promise<Run>;
  /** What the workspace's database holds, table by table; null when there is none. */
  database(): Record<string, unknown> | null;
  /** Everything in the folder of temporary files: nothing should stay there. */
  leftovers(): string[];
  remove(): void;
}

export function cliFolder(): CliFolder {
  const path = mkdtempSync(join(tmpdir(), 'offbeat-cli-'));
  const temporary = join(path, 'temporary');
  const workspace = join(path, 'workspace');
  mkdirSync(temporary);
  return {
    path,
    workspace,
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    offbeat: (...args) => run(args, path, temporary),
    database: () => {
      const names = readdirSync(path).includes('workspace') ? readdirSync(workspace) : [];
      return names.includes('offbeat.sqlite') ? contents(join(workspace, 'offbeat.sqlite')) : null;
    },
    leftovers: () => readdirSync(temporary),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function run(args: readonly string[], cwd: string, temporary: string): Promise<Run> {
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, stdout, stderr }));
  return promise;
}

function contents(file: string): Record<string, unknown> {
  const db = new Database(file, { readonly: true });
  try {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    const names = (db.prepare(sql).pluck().all() as string[]).filter(
      (name) => !name.startsWith('sqlite_'),
    );
    const rows = (name: string): unknown => db.prepare(`SELECT * FROM "${name}"`).all();
    return Object.fromEntries(names.map((name) => [name, rows(name)]));
  } finally {
    db.close();
  }
}

export const START_MS = Date.UTC(2026, 0, 1);

/** ISO time of a row, a minute after the row before. */
export function minute(index: number): string {
  return new Date(START_MS + index * 60_000).toISOString();
}

/** A header over `count` rows. */
export function table(header: string, count: number, row: (index: number) => string): string {
  return `${[header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n')}\n`;
}

/** A machine with a steady wave of 24 rows, and one fault. */
export function machine(count: number, fault = -1): string {
  return table('time,load (kW)', count, (i) => {
    const wave = 10 + 2 * Math.sin((2 * Math.PI * i) / 24) + 0.05 * Math.sin(i * i);
    const jump = fault > 0 && i >= fault && i < fault + 20 ? 8 : 0;
    return `${minute(i)},${(wave + jump).toFixed(4)}`;
  });
}
