/** The application: one engine in its thread, the windows on it, what the system shows of it. */
import { app, dialog, nativeTheme, safeStorage, shell, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { loopback } from '../../shared/contract/loopback.ts';
import { createServer, type Server } from '../../shared/contract/server.ts';
import type { ShellApi, ShellCommand, ShellEvents } from '../../shared/contract/shell-api.ts';
import { shellChecks } from '../../shared/contract/shell-checks.ts';
import { splitTransport } from '../../shared/contract/split.ts';
import type { Transport } from '../../shared/contract/transport.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/domain/settings.ts';
import type { EngineStatus } from '../../shared/domain/status.ts';
import { defaultWorkspace, logFolder } from '../engine/default-workspace.ts';
import { log } from '../engine/log.ts';
import { EngineHost } from '../engine/thread/engine-host.ts';
import { ComputeWindow } from './compute-window.ts';
import { LogFile } from './log-file.ts';
import { setMenu } from './menu.ts';
import { isWanted, showNotice } from './notifications.ts';
import { Opener } from './opener.ts';
import { chooseFolder, openWorkspace } from './open-workspace.ts';
import { createWakeLock, watchSleep } from './power.ts';
import { printPdf } from './print.ts';
import { serveScheme } from './protocol.ts';
import { closeOnQuit } from './quit.ts';
import { denyPermissions, EXTERNAL_SITE } from './security.ts';
import { openLogs, shellHandlers } from './shell-service.ts';
import { startOptions, type StartOptions } from './start-options.ts';
import { TrayIcon } from './tray.ts';
import { checkNowAndThen } from './updates.ts';
import { Windows } from './windows.ts';
import { wordsFor, type Words } from './words.ts';

const PRELOAD = join(import.meta.dirname, '../preload/index.cjs');
const RENDERER_DIR = join(import.meta.dirname, '../renderer');

/** Jobs put themselves away first. */
const SWITCH_MS_MAX = 30_000;
const FIRST_PAGE_MS_MAX = 5000;
/** The first view has been drawn by then. */
const COMPUTE_AFTER_MS = 1000;

type Shell = Server<ShellEvents>;

export class Desktop {
  private readonly options: StartOptions;
  private readonly logFile = new LogFile(logFolder());
  private readonly shells = new Map<BrowserWindow, Shell>();
  private readonly keepAwake = createWakeLock();
  private readonly host: EngineHost;
  private readonly opening: Promise<void>;
  /** The shell's own calls, over the same contract as a page's. */
  private readonly engine: Client<Api, ApiEvents>;
  private readonly windows: Windows;
  private readonly opener: Opener;
  private settings: Settings = DEFAULT_SETTINGS;
  private status: EngineStatus = { recording: 0, openEvents: 0, worst: null };
  private tray: TrayIcon | null = null;
  private compute: ComputeWindow | null = null;
  private isLeaving = false;

  constructor(options: StartOptions) {
    this.options = options;
    log.to((text) => this.keep(text));
    this.host = this.newHost();
    // While the system is still getting the windows ready.
    this.opening = this.host.open();
    this.opening.catch(() => undefined);
    const [mine, theirs] = loopback();
    this.host.attach('page', theirs);
    this.engine = createClient<Api, ApiEvents>(mine);
    this.windows = new Windows({
      preload: PRELOAD,
      stateFile: join(app.getPath('userData'), 'windows.json'),
      words: () => this.words(),
      attach: (window, transport) => this.attachPage(window, transport),
      onAllClosed: () => this.onAllClosed(),
    });
    this.opener = new Opener({
      words: () => this.words(),
      adopt: (path) => this.host.adopt(path),
      openWorkspace: (path) => this.switchTo(path),
      command: (command) => this.command(command),
    });
  }

  /** Once ready. The windows come up while the engine does; what their pages ask waits for it. */
  async start(): Promise<void> {
    denyPermissions();
    serveScheme(RENDERER_DIR);
    this.showMenu();
    closeOnQuit(
      () => this.leave(),
      (limitMs) => this.close(limitMs),
    );
    app.on('activate', () => this.windows.show());
    if (!this.options.hidden) this.windows.restore();
    performance.mark('offbeat.windows');
    if (!(await openWorkspace(this.host, this.opening, this.words()))) return app.quit();
    performance.mark('offbeat.engine');
    this.watchEngine();
    await this.refresh();
    this.showTray();
    watchSleep((from, to) => void this.host.slept(from, to));
    checkNowAndThen(async () => this.settings.checkUpdates);
    // One that is open already needs no opening.
    await this.opener.openAll(this.options.files.filter((path) => path !== this.host.workspace));
    // What is to be seen comes first; nothing is learnt in the first moments.
    if (!this.options.hidden) {
      await Promise.race([this.windows.listening, sleep(FIRST_PAGE_MS_MAX)]);
      await sleep(COMPUTE_AFTER_MS);
    }
    this.openCompute();
  }

  private leave(): void {
    this.isLeaving = true;
    this.windows.saveAll();
    // Or it would come back when the system closes it.
    this.compute?.close();
  }

  private openCompute(): void {
    if (this.isLeaving) return;
    this.compute = new ComputeWindow({
      preload: PRELOAD,
      attach: (transport) => this.host.attach('compute', transport),
    });
  }

  secondStart(argv: readonly string[], folder: string): void {
    this.windows.show();
    void this.opener.openAll(startOptions(argv, folder).files);
  }

  async openFile(path: string): Promise<void> {
    await this.opener.openAll([path]);
  }

  fail(error: unknown): void {
    log.error('Offbeat could not start.', error);
    dialog.showErrorBox(this.words().cannotStart, String(error));
    app.exit(1);
  }

  private newHost(): EngineHost {
    const { demo, workspace } = this.options;
    return new EngineHost({
      engine: {
        workspace: workspace ?? defaultWorkspace(),
        shell: 'electron',
        version: app.getVersion(),
        demo,
        resumesJobs: true,
      },
      owner: {
        canSeal: whenReady(() => safeStorage.isEncryptionAvailable()),
        seal: whenReady((plain) => new Uint8Array(safeStorage.encryptString(plain))),
        unseal: whenReady((sealed) => safeStorage.decryptString(Buffer.from(sealed))),
        printPdf: whenReady(printPdf),
      },
      onLog: (text) => this.keep(text),
      onState: (state) => this.tellPages('engine.state', state),
      onGivenUp: (reason) => dialog.showErrorBox(this.words().engineLost, reason),
    });
  }

  private attachPage(window: BrowserWindow, transport: Transport): () => void {
    const { matching, rest } = splitTransport(transport);
    const handlers = shellHandlers(
      {
        host: this.host,
        windows: this.windows,
        logFolder: this.logFile.folder,
        words: () => this.words(),
        wantsUpdates: async () => this.settings.checkUpdates,
        onMove: (state) => this.tellPages('workspace.moving', state),
      },
      window,
    );
    const server = createServer<ShellApi, ShellEvents>(matching, handlers, shellChecks);
    this.shells.set(window, server);
    const detach = this.host.attach('page', rest);
    return () => {
      detach();
      if (this.shells.get(window) === server) this.shells.delete(window);
    };
  }

  private watchEngine(): void {
    this.engine.on('settings.changed', (settings) => this.use(settings));
    this.engine.on('status.changed', (status) => this.show(status));
    this.engine.on('notice.raised', (notice) => {
      if (!isWanted(notice, this.settings)) return;
      const act = (action: string): void =>
        void this.engine
          .call('notice.act', notice.id, action)
          .catch((error: Error) => this.command({ kind: 'problem', message: error.message }));
      showNotice(notice, {
        act: (_, action) => act(action),
        open: ({ streamId }) => {
          act('open');
          this.command(streamId === null ? { kind: 'home' } : { kind: 'stream', streamId });
        },
      });
    });
  }

  /** After every start of an engine. */
  private async refresh(): Promise<void> {
    this.use(await this.engine.call('settings.get'));
    this.show(await this.engine.call('app.status'));
  }

  private use(settings: Settings): void {
    this.settings = settings;
    nativeTheme.themeSource = settings.theme;
    this.showMenu();
    this.show(this.status);
  }

  private show(status: EngineStatus): void {
    this.status = status;
    this.keepAwake(status.recording > 0);
    this.tray?.show(status, this.words());
  }

  private words(): Words {
    return wordsFor(this.settings.language, app.getLocale());
  }

  private showMenu(): void {
    setMenu(this.words(), {
      open: () => void this.opener.ask(),
      openWorkspace: () => void this.askForWorkspace(),
      newWindow: () => void this.windows.add(),
      demo: () => this.command({ kind: 'demo' }),
      settings: () => this.command({ kind: 'settings' }),
      home: () => this.command({ kind: 'home' }),
      shortcuts: () => this.command({ kind: 'shortcuts' }),
      logs: () => void openLogs(this.logFile.folder),
      website: () => void shell.openExternal(EXTERNAL_SITE).catch(() => undefined),
    });
  }

  /** Not every desktop has a tray; Offbeat then ends with its last window. */
  private showTray(): void {
    const root = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources');
    try {
      this.tray = new TrayIcon(join(root, 'tray'), {
        show: () => void this.windows.show(),
        settings: () => this.command({ kind: 'settings' }),
        quit: () => app.quit(),
      });
      this.show(this.status);
    } catch (error) {
      log.error('There is no tray here.', error);
    }
  }

  private command(command: ShellCommand): void {
    const window = this.windows.show();
    const isListening = this.windows.queue(window, command);
    if (isListening) this.shells.get(window)?.emit('shell.command', command);
  }

  private async askForWorkspace(): Promise<void> {
    const folder = await chooseFolder(this.words());
    if (folder) await this.switchTo(folder);
  }

  /** The pages stay and show the other one; the former comes back when it cannot be opened. */
  private async switchTo(workspace: string): Promise<void> {
    const former = this.host.workspace;
    await this.close(SWITCH_MS_MAX);
    try {
      await this.host.open(workspace);
    } catch (error) {
      await this.host.open(former);
      this.command({ kind: 'problem', message: (error as Error).message });
      return;
    }
    this.command({ kind: 'home' });
  }

  private onAllClosed(): void {
    const keeps = this.settings.keepMonitoring && this.status.recording > 0 && this.tray !== null;
    if (keeps) {
      const { keeps: title, keepsText: body } = this.words();
      const notice = { id: '', title, body, severity: null, streamId: null, actions: [] };
      showNotice(notice, { act: () => undefined, open: () => void this.windows.show() });
    } else if (process.platform !== 'darwin') {
      app.quit();
    }
  }

  private async close(limitMs: number): Promise<void> {
    await this.host.close(limitMs);
  }

  private tellPages<K extends keyof ShellEvents & string>(event: K, payload: ShellEvents[K]): void {
    for (const server of this.shells.values()) server.emit(event, payload);
    if (event === 'engine.state' && payload === 'open') this.onEngineUp();
  }

  private onEngineUp(): void {
    this.compute?.renew();
    if (this.tray) void this.refresh().catch(() => undefined);
  }

  private keep(text: string): void {
    process.stderr.write(text);
    this.logFile.append(text);
  }
}

/** The engine may ask before the system's parts can be used. */
function whenReady<A extends unknown[], R>(answer: (...args: A) => R) {
  return async (...args: A): Promise<Awaited<R>> => {
    await app.whenReady();
    return await answer(...args);
  };
}
