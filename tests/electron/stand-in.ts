/**
 * The part of Electron that the desktop shell uses, without its binary: the same surface, the same
 * structured clone at every boundary. Loaded in place of 'electron' by Node's module hooks, so it
 * holds erasable TypeScript only.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Frame {
  readonly origin: string;
}
type Listener = (...args: never[]) => void;
type OpenHandler = (details: { url: string }) => { action: string };

/** Everything a test may look at after the main process has done its work. */
export const seen = {
  sandboxed: false,
  sandboxedBeforeReady: false,
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  protocols: new Map<string, (request: Request) => Promise<Response>>(),
  opened: [] as string[],
  errors: [] as string[],
  menu: null as unknown,
  exits: [] as number[],
  windows: [] as BrowserWindow[],
  quits: 0,
};

let ready = false;

export const app = Object.assign(new EventEmitter(), {
  isPackaged: true,
  /** False makes this start the second one. */
  lock: true,
  requestSingleInstanceLock: (): boolean => app.lock,
  enableSandbox: (): void => {
    seen.sandboxed = true;
    seen.sandboxedBeforeReady = !ready;
  },
  whenReady: async (): Promise<void> => {
    await Promise.resolve();
    ready = true;
  },
  getVersion: (): string => '9.8.7',
  exit: (code: number): void => void seen.exits.push(code),
  /** As Electron does: closes the windows, asks, and ends unless a listener holds it up. */
  quit: (): void => {
    seen.quits++;
    for (const window of [...seen.windows]) window.close();
    const event = preventable();
    app.emit('will-quit', event);
    if (!event.defaultPrevented) seen.exits.push(0);
  },
});

export interface Preventable {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable(): Preventable {
  const event = {
    defaultPrevented: false,
    preventDefault: () => void (event.defaultPrevented = true),
  };
  return event;
}

export const protocol = {
  registerSchemesAsPrivileged: (schemes: typeof seen.schemes): void => {
    if (ready) throw new Error('Schemes are registered before the app is ready.');
    seen.schemes.push(...schemes);
  },
  handle: (scheme: string, answer: (request: Request) => Promise<Response>): void => {
    seen.protocols.set(scheme, answer);
  },
};

type Grant = (granted: boolean) => void;
export const permissions = {
  request: null as ((contents: unknown, permission: string, answer: Grant) => void) | null,
  check: null as (() => boolean) | null,
  device: null as (() => boolean) | null,
};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: NonNullable<typeof permissions.request>): void => {
      permissions.request = handler;
    },
    setPermissionCheckHandler: (handler: () => boolean): void => void (permissions.check = handler),
    setDevicePermissionHandler: (handler: () => boolean): void => {
      permissions.device = handler;
    },
  },
};

export const shell = {
  openExternal: async (url: string): Promise<void> => void seen.opened.push(url),
};
export const dialog = {
  showErrorBox: (title: string, text: string): void => void seen.errors.push(`${title}: ${text}`),
};
export const Menu = {
  buildFromTemplate: (template: unknown): unknown => template,
  setApplicationMenu: (menu: unknown): void => void (seen.menu = menu),
};

/** A message to the main process, as if `frame` of `window` had sent it. */
export const ipcMain = new EventEmitter();
export function sendToMain(
  sender: WebContents,
  senderFrame: Frame | null,
  channel: string,
  message: unknown,
): void {
  const copy = structuredClone(message);
  setImmediate(() => ipcMain.emit(channel, { sender, senderFrame }, copy));
}

export class WebContents extends EventEmitter {
  mainFrame: Frame = { origin: 'null' };
  openHandler: OpenHandler | null = null;
  page: Page | null = null;
  destroyed = false;
  private readonly preload: string;
  private address = '';

  constructor(preload: string) {
    super();
    this.preload = preload;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  send(channel: string, message: unknown): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    const copy = structuredClone(message);
    const { page } = this;
    setImmediate(() => page?.ipcRenderer.emit(channel, {}, copy));
  }

  /** A new page: a new frame, the preload run again, and the page before it gone. */
  load(url: string): void {
    this.address = url;
    this.mainFrame = { origin: url.split('/').slice(0, 3).join('/') };
    this.page = null;
    this.emit('did-navigate', {}, url);
    this.page = runPreload(this.preload, this);
  }

  reload(): void {
    this.load(this.address);
  }
}

export class BrowserWindow extends EventEmitter {
  readonly options: { webPreferences: { preload: string } } & Record<string, unknown>;
  readonly webContents: WebContents;
  minimized = false;
  focused = 0;

  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    this.webContents = new WebContents(options.webPreferences.preload);
    seen.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    await Promise.resolve();
    this.webContents.load(url);
  }

  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  focus(): void {
    this.focused++;
  }

  close(): void {
    if (this.webContents.destroyed) return;
    this.webContents.destroyed = true;
    this.webContents.page = null;
    seen.windows.splice(seen.windows.indexOf(this), 1);
    this.emit('closed');
    if (seen.windows.length === 0) app.emit('window-all-closed');
  }
}

/** What the preload sees and what it left in the page's world. */
export interface Page {
  readonly ipcRenderer: EventEmitter;
  readonly world: Readonly<Record<string, unknown>>;
}

/** Runs a preload as the sandbox does: CommonJS with 'electron' as all it can require. */
function runPreload(path: string, contents: WebContents): Page {
  const world: Record<string, unknown> = {};
  const frame = contents.mainFrame;
  const ipcRenderer = Object.assign(new EventEmitter(), {
    send: (channel: string, message: unknown) => sendToMain(contents, frame, channel, message),
  });
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown): void => {
      if (Object.hasOwn(world, key)) throw new Error(`${key} is exposed already.`);
      world[key] = bridged(api);
    },
  };
  const require = (name: string): unknown => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
  const run = new Function('require', 'exports', 'module', readFileSync(path, 'utf8'));
  run(require, {}, { exports: {} });
  return { ipcRenderer, world };
}

/** Functions cross as proxies, everything else as a copy, both ways. */
function bridged(value: unknown): unknown {
  if (typeof value === 'function') {
    const inner = value as Listener;
    return (...args: unknown[]) => bridged(inner(...(args.map(bridged) as never[])));
  }
  const plain = typeof value === 'object' && value !== null && hasFunction(value);
  if (!plain) return structuredClone(value);
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bridged(item)])),
  );
}

const hasFunction = (value: object): boolean =>
  Object.values(value).some((item) => typeof item === 'function');
