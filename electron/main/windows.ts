/** The windows: all made with one set of options, restored as they were left, revived by hand. */
import {
  BrowserWindow,
  dialog,
  screen,
  type BrowserWindowConstructorOptions,
  type WebContents,
} from 'electron';
import type { ShellCommand } from '../../shared/contract/shell-api.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import { acceptPages } from './ipc.ts';
import { ORIGIN } from './origin.ts';
import {
  NEW_WINDOW,
  fitted,
  readWindowStates,
  writeWindowStates,
  type WindowState,
} from './window-state.ts';
import type { Words } from './words.ts';

const SIZE = { width: 1440, height: 900 };

/** The only options any window is made with. */
export function windowOptions(preload?: string): BrowserWindowConstructorOptions {
  return {
    ...SIZE,
    minWidth: 900,
    minHeight: 600,
    title: 'Offbeat',
    // The page's own ground, so that opening does not flash.
    backgroundColor: '#0e1116',
    webPreferences: {
      ...(preload ? { preload } : {}),
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
    },
  };
}

export interface WindowsOptions {
  readonly preload: string;
  /** Keeps bounds, zoom and state from start to start. */
  readonly stateFile: string;
  words(): Words;
  /** Serves a page; answers what to do when it is gone. */
  attach(window: BrowserWindow, transport: Transport): () => void;
  onAllClosed(): void;
}

export class Windows {
  private readonly options: WindowsOptions;
  private readonly open = new Set<BrowserWindow>();
  /** What a page was opened for and has not asked yet; none once it listens. */
  private readonly pending = new Map<WebContents, ShellCommand[] | null>();
  private readonly firstPage = Promise.withResolvers<void>();
  /** From `saveAll` on, closing a window is no choice of the person's. */
  private isQuitting = false;

  constructor(options: WindowsOptions) {
    this.options = options;
  }

  /** The windows of last time; one at least. */
  restore(): void {
    const states = readWindowStates(this.options.stateFile);
    for (const state of states.length > 0 ? states : [NEW_WINDOW]) this.add(state);
  }

  /** One more, beside the one in use. */
  add(state: WindowState = NEW_WINDOW): BrowserWindow {
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    const { bounds, isMaximised, zoom } = fitted(state, screens);
    const window = new BrowserWindow({
      ...windowOptions(this.options.preload),
      ...(bounds ?? {}),
    });
    this.open.add(window);
    this.pending.set(window.webContents, []);
    // Before anything loads, so that no message is missed.
    acceptPages(window, (transport) => {
      this.pending.set(window.webContents, this.pending.get(window.webContents) ?? []);
      return this.options.attach(window, transport);
    });
    this.offerReload(window);
    window.on('close', () => this.keepLast(window));
    window.on('closed', () => this.forget(window));
    // Once: a page that is loaded again keeps the zoom it has.
    window.webContents.once('did-navigate', () => window.webContents.setZoomFactor(zoom));
    if (isMaximised) window.maximize();
    void window.loadURL(`${ORIGIN}/`);
    return window;
  }

  /** The window in use comes forward; one is opened when there is none. */
  show(): BrowserWindow {
    const window = BrowserWindow.getFocusedWindow() ?? [...this.open].at(-1);
    if (!window || !this.open.has(window)) return this.add(this.lastState());
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    return window;
  }

  all(): readonly BrowserWindow[] {
    return [...this.open];
  }

  /** Commands wait until the page asks for them. Answers whether it listens already. */
  queue(window: BrowserWindow, command: ShellCommand): boolean {
    const waiting = this.pending.get(window.webContents);
    waiting?.push(command);
    return !waiting;
  }

  /** What waited for the page; from now on it listens. */
  takePending(window: BrowserWindow): readonly ShellCommand[] {
    const waiting = this.pending.get(window.webContents) ?? [];
    this.pending.set(window.webContents, null);
    this.firstPage.resolve();
    return waiting;
  }

  /** When a page is there and listens, for the first time. */
  get listening(): Promise<void> {
    return this.firstPage.promise;
  }

  saveAll(): void {
    if (this.isQuitting) return;
    this.isQuitting = true;
    if (this.open.size > 0) this.save(this.all().map(stateOf));
  }

  /** Offers to load the page again: the window holds no truth, so nothing is lost. */
  private offerReload(window: BrowserWindow): void {
    const { webContents } = window;
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      const { crashed, crashedText, reload, close } = this.options.words();
      void dialog
        .showMessageBox(window, {
          type: 'error',
          message: crashed,
          detail: `${crashedText} (${reason})`,
          buttons: [reload, close],
          defaultId: 0,
          cancelId: 1,
        })
        .then(({ response }) => {
          if (window.isDestroyed()) return;
          if (response === 0) webContents.reload();
          else window.destroy();
        });
    });
  }

  private keepLast(window: BrowserWindow): void {
    if (!this.isQuitting && this.open.size === 1) this.save([stateOf(window)]);
  }

  private forget(window: BrowserWindow): void {
    this.open.delete(window);
    if (this.open.size === 0) this.options.onAllClosed();
  }

  private lastState(): WindowState {
    return readWindowStates(this.options.stateFile)[0] ?? NEW_WINDOW;
  }

  private save(states: readonly WindowState[]): void {
    try {
      writeWindowStates(this.options.stateFile, states);
    } catch {
      // A window that opens elsewhere next time is a smaller harm than one that cannot be closed.
    }
  }
}

function stateOf(window: BrowserWindow): WindowState {
  return {
    bounds: window.getNormalBounds(),
    isMaximised: window.isMaximized(),
    zoom: window.webContents.getZoomFactor(),
  };
}
