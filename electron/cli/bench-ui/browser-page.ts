/** A page in a headless Chromium of this machine, spoken to by its DevTools protocol. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Failure } from '../../../shared/contract/failure.ts';
import { findBrowser } from '../../engine/report/print-pdf.ts';

const START_MS_MAX = 30_000;

export interface BrowserPage {
  /** The value of an expression in the page; of a promise, what it comes to. */
  evaluate<T>(expression: string): Promise<T>;
  /** A key as a keyboard presses it. */
  press(key: string): Promise<void>;
  /** Bytes in use after everything that can go has gone: objects, and what arrays lie in. */
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Throws Failure not-found when no browser is installed. */
export async function openPage(url: string): Promise<BrowserPage> {
  const browser = findBrowser();
  if (!browser) {
    throw new Failure(
      'not-found',
      'The window is measured in Chrome, Chromium or Edge, and none was found here. Install one, ' +
        'or name it in OFFBEAT_CHROMIUM.',
    );
  }
  const profile = await mkdtemp(join(tmpdir(), 'offbeat-bench-page-'));
  const program = spawn(browser, argumentsFor(profile), { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(program, 'exit');
  const protocol = await connect(await addressOf(program.stderr));
  const { targetId } = await protocol.ask<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
  });
  const { sessionId } = await protocol.ask<{ sessionId: string }>('Target.attachToTarget', {
    ...{ targetId, flatten: true },
  });
  const ask = <T>(method: string, params: object = {}): Promise<T> =>
    protocol.ask<T>(method, params, sessionId);
  await ask('Page.navigate', { url });
  return {
    evaluate: async <T>(expression: string): Promise<T> => {
      const order = { expression, awaitPromise: true, returnByValue: true };
      const answer = await ask<Evaluated>('Runtime.evaluate', order);
      const { exceptionDetails: failed, result } = answer;
      if (failed) throw new Error(failed.exception?.description ?? failed.text);
      return result.value as T;
    },
    press: async (key) => {
      const text = key.length === 1 ? { text: key } : {};
      await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    heapBytes: async () => {
      await ask('HeapProfiler.collectGarbage');
      const usage = await ask<HeapUsage>('Runtime.getHeapUsage');
      return usage.usedSize + (usage.backingStorageSize ?? 0);
    },
    close: async () => {
      protocol.close();
      program.kill();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

function argumentsFor(profile: string): string[] {
  // Chromium's sandbox does not start for root; the page is ours.
  const isRoot = process.getuid?.() === 0;
  return [
    ...['--headless=new', '--window-size=1440,900', '--no-first-run', '--disable-extensions'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...(isRoot ? ['--no-sandbox'] : []),
    ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
  ];
}

function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    const late = (): void => reject(new Failure('lost', `The browser did not start: ${text}`));
    setTimeout(late, START_MS_MAX).unref();
  });
}

interface Protocol {
  ask<T>(method: string, params: object, sessionId?: string): Promise<T>;
  close(): void;
}

async function connect(address: string): Promise<Protocol> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  socket.on('message', (data: Buffer) => {
    const { id, result, error } = JSON.parse(data.toString()) as {
      readonly id?: number;
      readonly result?: unknown;
      readonly error?: { readonly message: string };
    };
    const asked = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !asked) return;
    waiting.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  });
  socket.on('close', () => {
    for (const asked of waiting.values()) asked.reject(new Failure('lost', 'The browser ended.'));
  });
  return {
    ask: <T>(method: string, params: object, sessionId?: string) => {
      const id = ++count;
      const asked = Promise.withResolvers<unknown>();
      waiting.set(id, asked);
      socket.send(JSON.stringify({ id, method, params, sessionId }));
      return asked.promise as Promise<T>;
    },
    close: () => socket.close(),
  };
}
