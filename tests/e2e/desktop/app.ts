/** The desktop application in a folder of its own, started by each spec as it needs it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, test as base, type Page } from '@playwright/test';
import type { Api } from '../../../shared/contract/api.ts';
import {
  electronProgram,
  launch,
  type Desktop,
  type Kind,
  type LaunchOptions,
} from '../../electron/desktop.ts';

interface Options {
  kind: Kind;
}
interface Fixtures {
  /** Data, settings and logs of every start of the spec. */
  home: string;
  start: (options?: Partial<LaunchOptions>) => Promise<Desktop>;
}

/** What the hook that both kinds load keeps of the main process. */
export interface Seen {
  readonly threads: { readonly url: string; readonly worker: Worker }[];
  readonly tray: { tip: string; title: string; icon: string | null; menu: unknown };
  readonly notifications: {
    title: string;
    body: string;
    actions: { text: string }[];
    emit(event: string, ...a: unknown[]): void;
  }[];
  readonly dialogs: { kind: string; message?: string; detail?: string; text?: string }[];
  readonly answers: object[];
  readonly opened: string[];
  readonly calls: { method: string; at: number; page: string }[];
}

declare global {
  var seen: Seen;
}

export const test = base.extend<Fixtures & Options>({
  kind: ['stand-in', { option: true }],
  // eslint-disable-next-line no-empty-pattern
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'offbeat-desktop-'));
    await use(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  },
  start: async ({ kind, home }, use) => {
    const isMissing = kind === 'electron' && electronProgram() === null;
    test.skip(isMissing, "Electron's own program is not installed here");
    const started: Desktop[] = [];
    await use(async (options = {}) => {
      const desktop = await launch({ kind, home, ...options });
      started.push(desktop);
      return desktop;
    });
    for (const desktop of started) await desktop.kill();
  },
});
export { expect };

/** Violations of the policy and errors of the page, from now on. */
export function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

export const workspaceOf = (home: string): string => join(home, 'offbeat', 'workspace');

/** By an item of the native menu. */
export function chooseMenu(desktop: Desktop, id: string): Promise<void> {
  return desktop.evaluate(({ Menu }, itemId) => {
    Menu.getApplicationMenu()!.getMenuItemById(itemId)!.click();
  }, id);
}

export function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `${1_700_000_000 + i},${(i * 7) % 13}`);
  return `time,level\n${lines.join('\n')}\n`;
}

/** A call of the contract, through the door that pages have too. */
export function callEngine<K extends keyof Api>(
  desktop: Desktop,
  method: K,
  ...args: Parameters<Api[K]>
): Promise<Awaited<ReturnType<Api[K]>>> {
  return desktop.evaluate(
    (_, call) => {
      const { MessageChannel } = process.getBuiltinModule('node:worker_threads');
      const engine = globalThis.seen.threads.findLast(({ url }) => url.includes('engine-thread'))!;
      const { port1, port2 } = new MessageChannel();
      engine.worker.postMessage({ attach: 'page', port: port2 }, [port2]);
      return new Promise<never>((resolve, reject) => {
        port1.on('message', (answer: { id?: number; kind: string; value: never }) => {
          if (answer.id !== 1) return;
          port1.close();
          if (answer.kind === 'answer') resolve(answer.value);
          else reject(new Error(JSON.stringify(answer)));
        });
        port1.postMessage({ kind: 'call', id: 1, ...call });
      });
    },
    { method, args } as { method: string; args: readonly unknown[] },
  );
}
