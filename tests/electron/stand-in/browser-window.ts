/** A window: a page of its own, with the bounds a window manager would keep. */
import { EventEmitter } from 'node:events';
import { app, windowClosed, windows } from './app.ts';
import { preventable } from './preventable.ts';
import { strict } from './strict.ts';
import { WebContents } from './web-contents.ts';

interface Options {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string; readonly javascript?: boolean };
}

let nextId = 1;
const open: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  readonly id: number = nextId++;
  readonly webContents: WebContents;
  private bounds: { x: number; y: number; width: number; height: number };
  private isMinimised = false;
  private isMaximised = false;
  private isShown: boolean;
  private isGone = false;
  private readonly self: BrowserWindow;

  constructor(options: Options) {
    super();
    const { width, height, x = 40, y = 40, show = true } = options;
    this.bounds = { x, y, width, height };
    this.isShown = show;
    const contents = new WebContents(options.webPreferences ?? {}, { width, height });
    this.webContents = strict('webContents', contents);
    contents.self = this.webContents;
    contents.on('closed-by-page', () => this.destroy());
    this.self = strict('BrowserWindow', this);
    open.push(this.self);
    windows.add(this.self);
    app.emit('web-contents-created', {}, this.webContents);
    return this.self;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...open];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return open.findLast((window) => window.isVisible()) ?? null;
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return open.find((window) => window.webContents === contents) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url);
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  isVisible(): boolean {
    return this.isShown;
  }

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    this.isShown = false;
  }

  focus(): void {
    open.push(...open.splice(open.indexOf(this.self), 1));
  }

  isMinimized(): boolean {
    return this.isMinimised;
  }

  minimize(): void {
    this.isMinimised = true;
  }

  restore(): void {
    this.isMinimised = false;
  }

  maximize(): void {
    this.isMaximised = true;
  }

  isMaximized(): boolean {
    return this.isMaximised;
  }

  getBounds(): BrowserWindow['bounds'] {
    return { ...this.bounds };
  }

  getNormalBounds(): BrowserWindow['bounds'] {
    return { ...this.bounds };
  }

  setBounds(bounds: Partial<BrowserWindow['bounds']>): void {
    this.bounds = { ...this.bounds, ...bounds };
    void this.webContents.setSize(this.bounds);
  }

  close(): void {
    if (this.isGone) return;
    const event = preventable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    open.splice(open.indexOf(this.self), 1);
    windows.delete(this.self);
    this.webContents.destroy();
    this.emit('closed');
    windowClosed();
  }
}
