/**
 * The desktop application for specs: on the stand-in, or on Electron's own program where it is
 * installed. The same specs run on both.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { _electron, chromium, type Browser, type Page } from 'playwright';

export const ROOT = join(import.meta.dirname, '..', '..');
const STAND_IN = join(import.meta.dirname, 'stand-in', 'register.ts');
const HOOK = join(import.meta.dirname, 'spec-hook.mjs');

export type Kind = 'stand-in' | 'electron';

export interface LaunchOptions {
  readonly kind: Kind;
  /** A folder of its own: data, settings, everything. */
  readonly home: string;
  readonly args?: readonly string[];
  /** What dialogs are answered with, in order; others stay open. */
  readonly answers?: readonly object[];
  readonly env?: Readonly<Record<string, string>>;
  /** The application's folder, with out/ in it. */
  readonly app?: string;
}

export interface Desktop {
  readonly kind: Kind;
  readonly process: ChildProcess;
  /** Runs in the main process; may use what is given alone. */
  evaluate<R, A = undefined>(
    ask: (electron: typeof Electron, arg: A) => R | Promise<R>,
    arg?: A,
  ): Promise<R>;
  /** Pages of windows whose address ends so, in the order they were opened. */
  pages(ending?: RegExp): Promise<readonly Page[]>;
  /** The first window's, once it is there. */
  page(): Promise<Page>;
  /** The first window's after its renderer died: a new connection knows nothing of the death. */
  pageAfterCrash(): Promise<Page>;
  /** What it wrote to standard error. */
  said(): string;
  /** By the application's own way out; answers the exit code. */
  quit(): Promise<number | null>;
  readonly exited: Promise<number | null>;
  kill(): Promise<void>;
}

/** null where Electron's program is not installed. */
export function electronProgram(): string | null {
  const home = join(ROOT, 'node_modules', 'electron');
  const pathFile = join(home, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(home, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

const MAIN_PAGE = /\/(#.*)?$/;
const PAGE_MS_MAX = 30_000;

export async function launch(options: LaunchOptions): Promise<Desktop> {
  mkdirSync(options.home, { recursive: true });
  return options.kind === 'electron' ? launchElectron(options) : launchStandIn(options);
}

function environment({ home, answers = [], env = {}, app = ROOT }: LaunchOptions) {
  return {
    ...process.env,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
    APPDATA: home,
    HOME: home,
    OFFBEAT_SPEC_HOME: home,
    OFFBEAT_SPEC_APP: app,
    OFFBEAT_SPEC_ANSWERS: JSON.stringify(answers),
    ...env,
  } as Record<string, string>;
}

async function launchStandIn(options: LaunchOptions): Promise<Desktop> {
  const { app = ROOT, args = [] } = options;
  const child = fork(join(app, 'out', 'main', 'index.js'), [...args], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', `file://${STAND_IN}`],
    env: environment(options),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr!.on('data', (chunk) => (said += String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ask = asker(child, exited, () => said);
  let browser: Browser | null = null;
  const pages: Desktop['pages'] = async (ending = MAIN_PAGE) => {
    const endpoint = await ask<string>('endpoint', null);
    browser ??= await chromium.connectOverCDP(endpoint);
    const all = browser.contexts().flatMap((context) => context.pages());
    return all.filter((page) => page.url().startsWith('http') && ending.test(page.url()));
  };
  return {
    kind: 'stand-in',
    process: child,
    evaluate: (fn, arg) => ask(fn.toString(), arg),
    pages,
    page: () => firstOf(pages, exited, () => said),
    pageAfterCrash: async () => {
      await browser?.close();
      browser = null;
      return firstOf(pages, exited, () => said);
    },
    said: () => said,
    exited,
    quit: async () => {
      await ask('({ app }) => setImmediate(() => app.quit()) && null', null).catch(() => null);
      const code = await exited;
      await browser?.close().catch(() => undefined);
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
      await browser?.close().catch(() => undefined);
    },
  };
}

async function firstOf(
  pages: Desktop['pages'],
  exited: Promise<unknown>,
  said: () => string,
): Promise<Page> {
  let isOver = false;
  void exited.then(() => (isOver = true));
  for (const until = Date.now() + PAGE_MS_MAX; Date.now() < until && !isOver;) {
    const [page] = await pages();
    if (page) return page;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No window was opened.\n${said()}`);
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

function asker(child: ChildProcess, exited: Promise<unknown>, said: () => string) {
  let nextId = 1;
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  return async <R>(source: string, arg: unknown): Promise<R> => {
    const id = nextId++;
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    child.send({ id, source, arg });
    const ended = exited.then(() => ({ id, error: `The application ended.\n${said()}` }));
    const { error, value } = (await Promise.race([reply, ended])) as Reply;
    if (error) throw new Error(error);
    return value as R;
  };
}

async function launchElectron(options: LaunchOptions): Promise<Desktop> {
  const { home, app = ROOT, args = [] } = options;
  const running = await _electron.launch({
    executablePath: electronProgram()!,
    args: ['-r', HOOK, app, `--user-data-dir=${home}`, ...args],
    env: environment(options),
  });
  const child = running.process();
  let said = '';
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const pages: Desktop['pages'] = async (ending = MAIN_PAGE) =>
    running.windows().filter((page) => ending.test(page.url()));
  return {
    kind: 'electron',
    process: child,
    evaluate: (fn, arg) => running.evaluate(fn as never, arg as never),
    pages,
    page: () => firstOf(pages, exited, () => said),
    pageAfterCrash: () => firstOf(pages, exited, () => said),
    said: () => said,
    exited,
    quit: async () => {
      await running.evaluate(({ app: it }) => it.quit()).catch(() => undefined);
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
