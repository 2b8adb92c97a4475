/** What must hold whatever a page does: each line fails when its guard is taken away. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { SECURITY_HEADERS } from '../../../electron/engine/web-root.ts';
import { launch, type Desktop } from '../../electron/desktop.ts';
import { expect, test as base, watch } from './app.ts';

/** One application for all of these: none changes it. */
const test = base.extend<object, { desktop: Desktop }>({
  desktop: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), 'offbeat-security-'));
      const env = { OFFBEAT_SPEC_SOCKETS: join(home, 'sockets') };
      const desktop = await launch({ kind: 'stand-in', home, env, args: ['--demo'] });
      await (await desktop.page()).locator('.lane canvas').first().waitFor();
      await use(desktop);
      expect(await desktop.quit()).toBe(0);
      rmSync(home, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});
test.beforeEach(({ kind }) => {
  test.skip(kind === 'electron', 'These look into the stand-in; Electron keeps them to itself.');
});

/** What comes back within a moment of a message to main, from whoever is said to send it. */
function answers(desktop: Desktop, from: 'page' | 'frame' | 'evil' | 'gone'): Promise<number> {
  return desktop.evaluate(async ({ BrowserWindow, ipcMain }, sender) => {
    const { webContents } = BrowserWindow.getAllWindows().find((window) => window.isVisible())!;
    const { send, mainFrame } = webContents;
    const heard: unknown[] = [];
    webContents.send = (_channel: string, message: { id?: number }) => {
      if (message.id === 77) heard.push(message);
    };
    const frames = { page: mainFrame, frame: { ...mainFrame }, gone: null };
    const evil = { ...mainFrame, origin: 'https://evil.example' };
    const call = { kind: 'call', id: 77, method: 'app.info', args: [] };
    if (sender === 'evil') Object.assign(webContents, { mainFrame: evil });
    const senderFrame = sender === 'evil' ? evil : frames[sender];
    ipcMain.emit('offbeat', { sender: webContents, senderFrame } as never, call);
    await new Promise((resolve) => setTimeout(resolve, 300));
    Object.assign(webContents, { send, mainFrame });
    return heard.length;
  }, from);
}

/** By the application: a page may not even load itself again. */
async function reload(desktop: Desktop): Promise<void> {
  const page = await desktop.page();
  const loaded = page.waitForEvent('load');
  await desktop.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.isVisible())!
      .webContents.reload(),
  );
  await loaded;
  await expect(page.locator('.lane canvas').first()).toBeVisible();
}

async function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (url) => (await fetch(url)).status, path);
}

test('windows: sandbox, isolated context, no Node, no web view', async ({ desktop }) => {
  const all = await desktop.evaluate(({ BrowserWindow, app }) => [
    app.commandLine.hasSwitch('enable-sandbox'),
    ...BrowserWindow.getAllWindows().map(({ webContents }) =>
      (
        webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences(),
    ),
  ]);
  expect(all[0], 'every process is in the sandbox').toBe(true);
  expect(all.length).toBeGreaterThan(1);
  for (const preferences of all.slice(1)) {
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
  }
});

test('software WebGL is not asked for', async ({ desktop }) => {
  const asked = await desktop.evaluate(({ app }) =>
    ['enable-unsafe-swiftshader', 'no-sandbox', 'disable-web-security'].filter((name) =>
      app.commandLine.hasSwitch(name),
    ),
  );
  expect(asked).toEqual([]);
});

test('the page gets one transport and nothing else', async ({ desktop }) => {
  const page = await desktop.page();
  const found = await page.evaluate(() => {
    const names = ['require', 'process', 'module', 'ipcRenderer', 'electron', 'Buffer', 'global'];
    const { offbeat } = window;
    return [names.filter((name) => name in window), Object.keys(offbeat!).sort()];
  });
  expect(found).toEqual([[], ['onMessage', 'send']]);
});

test('only the main frame of the own origin is answered', async ({ desktop }) => {
  expect(await answers(desktop, 'page')).toBe(1);
  expect(await answers(desktop, 'frame'), 'an embedded frame').toBe(0);
  expect(await answers(desktop, 'evil'), 'another origin').toBe(0);
  expect(await answers(desktop, 'gone'), 'a frame that is gone').toBe(0);
});

test('calls are checked against their schema', async ({ desktop }) => {
  const page = await desktop.page();
  const answer = await page.evaluate(
    () =>
      new Promise<{ code?: string }>((resolve) => {
        // The page's own listener is put back by the reload below.
        window.offbeat!.onMessage((message) => {
          if ((message as { id?: number }).id === 991) resolve(message as { code?: string });
        });
        const call = { kind: 'call', id: 991, method: 'upload.begin', args: ['x.csv', -1] };
        window.offbeat!.send(call);
      }),
  );
  expect(answer.code).toBe('bad-usage');
  await reload(desktop);
});

test('the policy comes with the page, and the page keeps it', async ({ desktop }) => {
  const page = await desktop.page();
  const problems = watch(page);
  await reload(desktop);
  const names = Object.keys(SECURITY_HEADERS);
  const headers = await page.evaluate(async (asked) => {
    const response = await fetch('/');
    return Object.fromEntries(asked.map((name) => [name, response.headers.get(name)]));
  }, names);
  expect(headers).toEqual(SECURITY_HEADERS);
  expect(problems).toEqual([]);
  const policy = SECURITY_HEADERS['Content-Security-Policy'];
  expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          resolve(violatedDirective),
        );
        const script = document.createElement('script');
        script.textContent = 'window.hacked = true';
        document.body.append(script);
        setTimeout(() => resolve(`nothing; hacked: ${'hacked' in window}`), 2000);
      }),
  );
  expect(blocked).toBe('script-src-elem');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('app:// leads out of the renderer nowhere', async ({ desktop }) => {
  const page = await desktop.page();
  expect(await statusOf(page, '/index.html')).toBe(200);
  for (const path of ['/%2e%2e/main/index.js', '/..%2fmain%2findex.js', '/..%5cmain%5cindex.js']) {
    expect([path, await statusOf(page, path)]).toEqual([path, 404]);
  }
  for (const path of ['/%00', '/%zz', '/../../package.json']) {
    expect([path, await statusOf(page, path)]).toEqual([path, 404]);
  }
});

test('the page can go nowhere else and open no window', async ({ desktop }) => {
  const page = await desktop.page();
  const before = page.url();
  const count = () => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  const windows = await count();
  // Later, so that the question itself does not wait for a navigation that is called off.
  await page.evaluate(
    () => void setTimeout(() => (window.location.href = 'https://evil.example/'), 0),
  );
  await page.evaluate(() => {
    const urls = [
      'https://evil.example/',
      'http://offbeat.invalid/',
      'file:///etc/passwd',
      'https://offbeat.invalid.evil.example/',
      'https://offbeat.invalid@evil.example/',
      'https://offbeat.invalid/docs',
    ];
    for (const url of urls) window.open(url);
  });
  const opened = () => desktop.evaluate(() => globalThis.seen.opened);
  await expect.poll(opened).toEqual(['https://offbeat.invalid/docs']);
  expect(page.url()).toBe(before);
  await expect(page.locator('.lane canvas').first()).toBeVisible();
  expect(await count()).toBe(windows);
});

test('web views and redirects are called off', async ({ desktop }) => {
  const calledOff = await desktop.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows().find((window) => window.isVisible())!;
    const names = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'];
    return names.filter((name) => {
      let prevented = false;
      const event = { preventDefault: () => (prevented = true) };
      (webContents as unknown as NodeJS.EventEmitter).emit(name, event, 'https://evil.example/');
      return !prevented;
    });
  });
  expect(calledOff).toEqual([]);
});

test('the page is given no permission', async ({ desktop }) => {
  const page = await desktop.page();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi'];
    const asked = names.map((name) =>
      navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state),
    );
    return Promise.all(asked);
  });
  expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'denied']);
  const kept = await desktop.evaluate(({ session }) => {
    const { handlers } = session.defaultSession as unknown as { handlers: string[] };
    return [...handlers].sort();
  });
  expect(kept).toEqual(['check', 'device', 'request']);
});

test('nothing is called on the network', async ({ desktop }) => {
  const page = await desktop.page();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).host));
  await reload(desktop);
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  const own = new URL(page.url()).host;
  expect([...new Set(requests)]).toEqual([own]);
  const file = await desktop.evaluate(() => process.env['OFFBEAT_SPEC_SOCKETS']!);
  const reached = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
  expect(reached).toEqual([]);
});

test('a call on the network would be noticed, from every process', async ({ home, kind }) => {
  const file = join(home, 'planted');
  const desktop = await launch({ kind, home, env: { OFFBEAT_SPEC_SOCKETS: file } });
  const page = await desktop.page();
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  const reached = () => readFileSync(file, { encoding: 'utf8', flag: 'a+' });
  expect(reached()).toBe('');
  // Like the engine's: a thread of the application with its own copies of Node's modules.
  const thread = join(home, 'thread.mjs');
  writeFileSync(thread, "await fetch('http://thread.example/').catch(() => undefined);");
  await desktop.evaluate(async (_, script) => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    await fetch('http://main.example/').catch(() => undefined);
    const worker = new Worker(script);
    await new Promise((resolve) => worker.once('exit', resolve));
  }, thread);
  expect(reached()).toContain('main.example');
  expect(reached()).toContain('thread.example');
  const asked = page.waitForRequest(/page\.example/, { timeout: 3000 }).catch(() => null);
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) =>
          resolve(`${violatedDirective} ${blockedURI}`),
        );
        fetch('https://page.example/').then(
          () => resolve('it went out'),
          () => undefined,
        );
      }),
  );
  expect(blocked).toBe('connect-src https://page.example/');
  expect(await asked).toBeNull();
  await desktop.kill();
});
