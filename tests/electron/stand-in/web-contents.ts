/** A page of Chromium as WebContents: its loading, its messages, its crash. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { decodeFrame, encodeFrame } from '../../../shared/contract/codec.ts';
import type { WebSocket } from 'ws';
import { chromium } from './browser.ts';
import { ipcMain } from './ipc-main.ts';
import { pageShim } from './page-shim.ts';
import { pageSockets, schemeUrl, servedUrl } from './page-server.ts';
import { preventable } from './preventable.ts';
import { permissionSettings } from './session.ts';

const utf8 = {
  encode: (text: string): Uint8Array => Buffer.from(text, 'utf8'),
  decode: (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8'),
};

interface Preferences {
  readonly preload?: string;
  readonly javascript?: boolean;
}
type OpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

export class WebContents extends EventEmitter {
  readonly id: string = randomUUID();
  mainFrame: { readonly origin: string; readonly url: string } = { origin: 'null', url: '' };
  readonly preferences: Preferences;
  /** The page is there, the preload in place. */
  readonly ready: Promise<void>;
  private openHandler: OpenHandler = () => ({ action: 'allow' });
  private target = '';
  private session = '';
  private socket: WebSocket | null = null;
  private zoom = 1;
  private destroyed = false;
  /** Loads that the application itself asked for. */
  private ownLoads = 0;

  constructor(preferences: Preferences, size: { width: number; height: number }) {
    super();
    this.preferences = preferences;
    pageSockets.set(this.id, (socket, origin) => this.take(socket, origin));
    this.ready = this.open(size);
  }

  getLastWebPreferences(): Preferences {
    return this.preferences;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getZoomFactor(): number {
    return this.zoom;
  }

  setZoomFactor(factor: number): void {
    this.zoom = factor;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  send(channel: string, message: unknown): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    this.socket?.send(encodeFrame([channel, message], utf8));
  }

  async load(url: string): Promise<void> {
    await this.ready;
    const loaded = this.loaded();
    this.ownLoads++;
    await this.command('Page.navigate', { url: servedUrl(url) });
    await loaded;
  }

  /** Nothing to do before the first page. */
  reload(): void {
    if (this.mainFrame.url === '') return;
    this.ownLoads++;
    // A page that crashed cannot reload itself; it is led to where it was.
    void this.command('Page.navigate', { url: servedUrl(this.mainFrame.url) });
  }

  forcefullyCrashRenderer(): void {
    void this.command('Page.crash').catch(() => undefined);
  }

  async printToPDF({ printBackground = false } = {}): Promise<Buffer> {
    const { data } = await this.command<{ data: string }>('Page.printToPDF', {
      printBackground,
      preferCSSPageSize: true,
    });
    return Buffer.from(data, 'base64');
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    pageSockets.delete(this.id);
    this.socket?.terminate();
    void chromium()
      .send('Target.closeTarget', { targetId: this.target })
      .catch(() => undefined);
  }

  async setSize(size: { width: number; height: number }): Promise<void> {
    await this.ready;
    const { windowId } = await chromium().send<{ windowId: number }>('Browser.getWindowForTarget', {
      targetId: this.target,
    });
    await chromium().send('Browser.setWindowBounds', { windowId, bounds: size });
  }

  private async open({ width, height }: { width: number; height: number }): Promise<void> {
    const made = { url: 'about:blank', width, height, newWindow: true };
    const { targetId } = await chromium().send<{ targetId: string }>('Target.createTarget', made);
    const { id, events } = await chromium().attach(targetId);
    [this.target, this.session] = [targetId, id];
    this.watch(events);
    const { preload, javascript } = this.preferences;
    const source = preload ? pageShim(preload, servedUrl('app://offbeat'), this.id) : '';
    await Promise.all([
      this.command('Page.enable'),
      this.command('Inspector.enable'),
      this.command('Page.addScriptToEvaluateOnNewDocument', { source }),
      this.command('Emulation.setScriptExecutionDisabled', { value: javascript === false }),
      this.command('Fetch.enable', { patterns: [{ resourceType: 'Document' }] }),
      permissionSettings(servedUrl('app://offbeat')),
    ]);
  }

  private watch(events: EventEmitter): void {
    events.on('Inspector.targetCrashed', () => {
      this.socket?.terminate();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    });
    events.on('Page.windowOpen', ({ url }: { url: string }) => this.openHandler({ url }));
    events.on('Page.frameNavigated', ({ frame }: { frame: { parentId?: string; url: string } }) => {
      if (!frame.parentId) this.setFrame(frame.url);
    });
    events.on('Fetch.requestPaused', (paused: Paused) => this.judge(paused));
    chromium().events.on('Target.targetDestroyed', ({ targetId }: { targetId: string }) => {
      if (targetId === this.target && !this.destroyed) this.emit('closed-by-page');
    });
    chromium().events.on('Target.targetCreated', ({ targetInfo }: TargetCreated) => {
      if (targetInfo.openerId !== this.target) return;
      void chromium().send('Target.closeTarget', { targetId: targetInfo.targetId });
    });
  }

  /** A document that the page itself asks for is subject to the application's listeners. */
  private judge({ requestId, request, frameId }: Paused): void {
    const url = schemeUrl(request.url);
    const isMain = frameId === this.target;
    const isOwn = isMain && this.ownLoads > 0;
    const event = Object.assign(preventable(), { url, isMainFrame: isMain });
    if (isOwn) this.ownLoads--;
    else {
      if (isMain) this.emit('will-navigate', event, url);
      this.emit('will-frame-navigate', event, url);
    }
    const method = event.defaultPrevented ? 'Fetch.failRequest' : 'Fetch.continueRequest';
    const reason = event.defaultPrevented ? { errorReason: 'Aborted' } : {};
    void this.command(method, { requestId, ...reason }).catch(() => undefined);
  }

  /** The browser may tell of a document before or after its preload is heard: one frame. */
  private setFrame(url: string): void {
    Object.assign(this.mainFrame, { origin: originOf(schemeUrl(url)), url: schemeUrl(url) });
  }

  /** A new document has begun: the preload's socket is its first act. */
  private take(socket: WebSocket, origin: string): void {
    this.socket?.terminate();
    this.socket = socket;
    const frame = { origin, url: this.mainFrame.url };
    this.mainFrame = frame;
    this.emit('did-navigate', {}, frame.url);
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const [channel, message] = decodeFrame(new Uint8Array(data as Buffer), utf8) as [
        string,
        unknown,
      ];
      if (this.destroyed) return;
      if (channel === 'stand-in-open') return void this.openHandler({ url: String(message) });
      ipcMain.emit(channel, { sender: this.self, senderFrame: frame }, message);
    });
  }

  /** As the application holds it. */
  self: WebContents = this;

  private async loaded(): Promise<void> {
    const events = chromium().eventsOf(this.session);
    await new Promise<void>((resolve) => events.once('Page.loadEventFired', () => resolve()));
  }

  private command<T = unknown>(method: string, params = {}): Promise<T> {
    return chromium().send<T>(method, params, this.session);
  }
}

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly request: { readonly url: string };
}
interface TargetCreated {
  readonly targetInfo: { readonly targetId: string; readonly openerId?: string };
}

function originOf(url: string): string {
  return url.split('/').slice(0, 3).join('/');
}
