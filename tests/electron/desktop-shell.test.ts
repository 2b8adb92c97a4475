/** The built main process and preload, run against the stand-in for Electron. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../shared/contract/client.ts';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from '../../electron/engine/web-root.ts';
import { ensureBuilt, loadNatively, PRELOAD, standIn } from './native.ts';
import type { BrowserWindow } from './stand-in.ts';

const { app, permissions, preventable, seen, sendToMain } = standIn;

describe('desktop shell', () => {
  let folder: string;
  let window: BrowserWindow;

  beforeAll(async () => {
    await ensureBuilt();
    folder = await mkdtemp(join(tmpdir(), 'offbeat-desktop-'));
    process.argv.push('--demo', '--workspace', join(folder, 'workspace'));
    loadNatively('out/main/index.js');
    await vi.waitUntil(() => seen.windows[0]?.webContents.page, { timeout: 20_000 });
    window = seen.windows[0];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const transport = (): Transport => window.webContents.page!.world['offbeat'] as Transport;
  const client = () => createClient<Api, ApiEvents>(transport());

  /** What comes back to the page within a moment of a message from elsewhere. */
  async function answersTo(send: (call: unknown) => void): Promise<unknown[]> {
    const answers: unknown[] = [];
    transport().onMessage((message) => {
      if ((message as { kind: string }).kind !== 'event') answers.push(message);
    });
    send({ kind: 'call', id: 77, method: 'app.info', args: [] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return answers;
  }

  it('opens one window as closed as can be', () => {
    expect(seen.windows).toHaveLength(1);
    expect(window.options).toMatchObject({ width: 1440, height: 900 });
    expect(window.options).toMatchObject({ minWidth: 900, minHeight: 600 });
    expect(window.options['backgroundColor']).toMatch(/^#[0-9a-f]{6}$/);
    expect(window.options.webPreferences).toEqual({
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    expect(window.webContents.mainFrame.origin).toBe('app://offbeat');
  });

  it('puts every process in the sandbox before the app is ready', () => {
    expect(seen).toMatchObject({ sandboxed: true, sandboxedBeforeReady: true });
  });

  it('exposes exactly one key, with nothing but the transport behind it', () => {
    const { world } = window.webContents.page!;
    expect(Object.keys(world)).toEqual(['offbeat']);
    expect(Object.keys(world['offbeat'] as object).sort()).toEqual(['onMessage', 'send']);
    const given: unknown[][] = [];
    transport().onMessage((...args: unknown[]) => void given.push(args));
    window.webContents.page!.ipcRenderer.emit('offbeat', { sender: 'raw' }, { kind: 'x' });
    expect(given).toEqual([[{ kind: 'x' }]]);
  });

  it("answers the page's calls from the real engine", async () => {
    const info = await client().call('app.info');
    expect(info).toMatchObject({ version: '9.8.7', shell: 'electron', demo: true });
    expect(info.workspace).toBe(join(folder, 'workspace'));
    expect(existsSync(join(info.workspace, 'offbeat.sqlite'))).toBe(true);
  });

  it('carries typed arrays to the engine', async () => {
    const page = client();
    const upload = await page.call('upload.begin', 'pump.csv', 3);
    expect(await page.call('upload.append', upload, Uint8Array.of(1, 2, 3))).toBe(3);
    await page.call('upload.discard', upload);
  });

  it('starts the demo when asked to and tells the page of it', async () => {
    const page = client();
    const heard: string[] = [];
    page.on('job.changed', ({ kind }) => heard.push(kind));
    const [job] = await page.call('job.list');
    expect(job).toMatchObject({ kind: 'demo' });
    await page.call('job.cancel', job.id);
    await expect.poll(() => heard).toContain('demo');
  });

  it('does not answer an embedded frame, another origin or a frame that is gone', async () => {
    const { webContents } = window;
    const { mainFrame } = webContents;
    const from = (frame: typeof mainFrame | null) => (call: unknown) =>
      sendToMain(webContents, frame, 'offbeat', call);
    expect(await answersTo(from(mainFrame))).toHaveLength(1);
    expect(await answersTo(from({ origin: 'app://offbeat' }))).toEqual([]);
    expect(await answersTo(from(null))).toEqual([]);
    const other = new standIn.WebContents(PRELOAD);
    expect(await answersTo((call) => sendToMain(other, mainFrame, 'offbeat', call))).toEqual([]);
    webContents.mainFrame = { origin: 'https://evil.example' };
    expect(await answersTo(from(webContents.mainFrame))).toEqual([]);
    webContents.mainFrame = mainFrame;
    expect(await answersTo(from(mainFrame))).toHaveLength(1);
  });

  it('keeps an answer for the page before a reload from the page after it', async () => {
    void client().call('stream.list');
    // By now the engine works on it.
    await new Promise((resolve) => setImmediate(resolve));
    window.webContents.reload();
    const answers: unknown[] = [];
    transport().onMessage((message) => void answers.push(message));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answers.filter((answer) => (answer as { kind: string }).kind === 'answer')).toEqual([]);
    expect(await client().call('app.info')).toMatchObject({ shell: 'electron' });
  });

  it('loads the page again after a crash, but not for ever', () => {
    const before = window.webContents.page;
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    const after = window.webContents.page;
    expect(after).not.toBe(before);
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.page).toBe(after);
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'denies %s',
    (name) => {
      const event = preventable();
      window.webContents.emit(name, event, 'https://evil.example/');
      expect(event.defaultPrevented).toBe(true);
    },
  );

  it('opens no window and sends only listed https addresses to the browser', () => {
    const urls = [
      'https://evil.example/',
      'http://offbeat.invalid/',
      'file:///etc/passwd',
      'https://offbeat.invalid.evil.example/',
      'https://offbeat.invalid@evil.example/',
      'javascript:alert(1)',
      'not a url',
      'https://offbeat.invalid/docs',
    ];
    for (const url of urls) {
      expect(window.webContents.openHandler!({ url })).toEqual({ action: 'deny' });
    }
    expect(seen.opened).toEqual(['https://offbeat.invalid/docs']);
  });

  it('grants no permission', () => {
    const answers: boolean[] = [];
    for (const permission of ['media', 'geolocation', 'serial', 'notifications']) {
      permissions.request!({}, permission, (granted) => answers.push(granted));
    }
    expect(answers).toEqual([false, false, false, false]);
    expect(permissions.check!()).toBe(false);
    expect(permissions.device!()).toBe(false);
  });

  it('has a scheme of its own that is standard and secure and bypasses nothing', () => {
    expect(seen.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect([...seen.protocols.keys()]).toEqual(['app']);
  });

  it.each([
    ['app://offbeat/../main/index.js', 404],
    ['app://offbeat/%2e%2e/main/index.js', 404],
    ['app://offbeat/..%2fmain%2findex.js', 404],
    ['app://offbeat/..%5cmain%5cindex.js', 404],
    ['app://offbeat/%00', 404],
    ['app://offbeat/%zz', 404],
    ['app://offbeat//etc/passwd', 404],
    ['app://elsewhere/', 403],
  ])('answers %s with %i and the same headers', async (url, status) => {
    const answer = await seen.protocols.get('app')!(new Request(url));
    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe('');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      expect(answer.headers.get(name)).toBe(value);
    }
  });

  it('sends the policy with the page and refuses to be written to', async () => {
    const answer = seen.protocols.get('app')!;
    const page = await answer(new Request('app://offbeat'));
    expect(page.headers.get('Content-Security-Policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-(inline|eval)(?<!wasm-unsafe-eval)/);
    expect((await answer(new Request('app://offbeat/', { method: 'POST' }))).status).toBe(405);
  });

  it('has a menu with the four menus everyone expects', () => {
    const names = (seen.menu as { role?: string; label?: string }[]).map(
      ({ role, label }) => role ?? label,
    );
    const expected = ['fileMenu', 'editMenu', 'View', 'windowMenu'];
    expect(names.filter((name) => name !== 'appMenu')).toEqual(expected);
    expect(JSON.stringify(seen.menu)).not.toContain('DevTools');
  });

  it('brings its window forward when started a second time', () => {
    window.minimized = true;
    app.emit('second-instance');
    expect(window).toMatchObject({ minimized: false, focused: 1 });
    expect(seen.windows).toHaveLength(1);
  });

  // Last: after it nothing is left to test.
  it('closes the engine before it ends', async () => {
    app.quit();
    expect(seen.exits).toEqual([]);
    await expect.poll(() => seen.exits, { timeout: 20_000 }).toEqual([0]);
    // SQLite removes its log when the last connection is closed in good order.
    expect(existsSync(join(folder, 'workspace', 'offbeat.sqlite-wal'))).toBe(false);
    expect(seen.errors).toEqual([]);
  });
});
