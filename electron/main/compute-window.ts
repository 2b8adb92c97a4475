/**
 * The hidden window that trains on the graphics card. It is never throttled, and opened again when
 * its process dies or loses its graphics context; the engine goes on from its last state.
 */
import { BrowserWindow } from 'electron';
import type { Transport } from '../../shared/contract/transport.ts';
import { log } from '../engine/log.ts';
import { acceptPages } from './ipc.ts';
import { ORIGIN } from './origin.ts';
import { windowOptions } from './windows.ts';

export const COMPUTE_PAGE = '/compute.html';
/** A page that dies this often within the span is not opened again: training uses the processor. */
const RESTARTS_MAX = 5;
const RESTART_SPAN_MS = 60_000;
const RESTART_WAIT_MS = 500;

export interface ComputeWindowOptions {
  readonly preload: string;
  attach(transport: Transport): () => void;
}

export class ComputeWindow {
  private readonly options: ComputeWindowOptions;
  private window: BrowserWindow | null = null;
  private deaths: number[] = [];
  private isClosed = false;

  constructor(options: ComputeWindowOptions) {
    this.options = options;
    this.open();
  }

  /** A new engine knows nothing of what the page computed for the former one. */
  renew(): void {
    if (!this.isClosed) this.window?.webContents.reload();
  }

  close(): void {
    this.isClosed = true;
    this.window?.destroy();
    this.window = null;
  }

  private open(): void {
    const options = windowOptions(this.options.preload);
    const window = new BrowserWindow({
      ...options,
      show: false,
      skipTaskbar: true,
      webPreferences: { ...options.webPreferences, backgroundThrottling: false },
    });
    this.window = window;
    acceptPages(window, (transport) => this.options.attach(transport));
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      log.error(`The window that computes ended: ${reason}.`);
      window.destroy();
    });
    // Also by itself: the page closes when its graphics context is gone for good.
    window.on('closed', () => this.reopen());
    void window.loadURL(`${ORIGIN}${COMPUTE_PAGE}`).catch(() => undefined);
  }

  private reopen(): void {
    this.window = null;
    if (this.isClosed) return;
    const now = Date.now();
    this.deaths = [...this.deaths.filter((at) => now - at < RESTART_SPAN_MS), now];
    if (this.deaths.length > RESTARTS_MAX) {
      log.error('The window that computes died too often; training uses the processor.');
      return;
    }
    setTimeout(() => {
      if (!this.isClosed) this.open();
    }, RESTART_WAIT_MS);
  }
}
