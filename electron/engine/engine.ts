/**
 * The engine: one workspace, its store, its jobs. Knows nothing of windows; the desktop shell, the
 * browser shell and the command line hold one each.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Failure } from '../../shared/contract/failure.ts';
import type { Handlers } from '../../shared/contract/server.ts';
import type { Api, ApiEvents } from '../../shared/contract/api.ts';
import type { AppInfo } from '../../shared/domain/app.ts';
import type { CsvChoices, CsvPlan, CsvPreview } from '../../shared/domain/csv.ts';
import type { JobState } from '../../shared/domain/job.ts';
import type { LearnOptions } from '../../shared/domain/model.ts';
import type { EngineStatus } from '../../shared/domain/status.ts';
import type { TimeRange } from '../../shared/domain/stream.ts';
import { Activities } from './activity/activities.ts';
import { withRecogniser } from './activity/asked-recogniser.ts';
import { Alerts } from './alert/alerts.ts';
import { LiveAlerts } from './alert/live-alerts.ts';
import { noticeTeller } from './alert/notice-teller.ts';
import { DEMO_STREAM_NAME, runDemoJob } from './demo-job.ts';
import { keyFile } from './default-workspace.ts';
import { createHandlers } from './handlers.ts';
import { runImportJob, type ImportOrder } from './import-job.ts';
import { Evidence } from './evidence/evidence.ts';
import { fileVault } from './file-vault.ts';
import { Jobs } from './jobs.ts';
import { Live } from './live.ts';
import { Notices } from './notices.ts';
import { Secrets, type Vault } from './secrets.ts';
import { printByChromium, type PrintPdf } from './report/print-pdf.ts';
import { previewCsv } from './sources/csv-preview.ts';
import { SettingsBook } from './settings.ts';
import { openStore } from './store/open-store.ts';
import type { LearnRecord, Store } from './store/store-api.ts';
import { lockWorkspace } from './store/workspace-lock.ts';
import { ComputeLink } from './training/compute-link.ts';
import { recordLearn, runLearnJob } from './training/learn-job.ts';
import { createStatus, noteSleep, watchStatus, type StatusWatch } from './status-watch.ts';
import { Uploads } from './uploads.ts';
import { workspacePlace, type WorkspacePlace } from './workspace-place.ts';
import { refuseUnwritable } from './writable.ts';

export interface EngineOptions {
  /** Folder of the workspace, made when missing; or a file *.offbeat. */
  readonly workspace: string;
  readonly shell: AppInfo['shell'];
  readonly version: string;
  readonly demo?: boolean;
  /** Goes on with learning runs and feeds that a former engine left; shells do, commands do not. */
  readonly resumesJobs?: boolean;
  /** How often the state of a learning run is saved, ms: what a crash may cost. */
  readonly saveMs?: number;
  /** The system's key store, where the shell has one. */
  readonly vault?: Vault;
  /** Prints reports; by an installed Chromium where the shell cannot. */
  readonly printPdf?: PrintPdf;
}

/** What a crash of the engine may cost of a learning run, unless it is said. */
const SAVE_MS = 3000;

export type EventListener = <K extends keyof ApiEvents>(event: K, payload: ApiEvents[K]) => void;

export interface Engine {
  readonly info: AppInfo;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  /** Feeds, and what goes on by itself. */
  readonly live: Live;
  readonly settings: SettingsBook;
  readonly secrets: Secrets;
  /** What a person should see at once. */
  readonly notices: Notices;
  readonly alerts: Alerts;
  /** Reports, bundles and what computing again has shown. */
  readonly evidence: Evidence;
  readonly activities: Activities;
  /** How it goes. */
  status(): EngineStatus;
  /** Windows and the tray are told when it changed. */
  setStatus(part: Partial<EngineStatus>): void;
  /** How often the state of a learning run is saved. */
  readonly saveMs: number;
  /** Where pages that compute announce themselves. */
  readonly compute: ComputeLink;
  readonly handlers: Handlers<Api>;
  /** Every event to every listener; answers how to stop listening. */
  onEvent(listener: EventListener): () => void;
  emit: EventListener;
  /** A preview names the file as the user knows it, which is not always where it lies. */
  preview(path: string, fileName: string, choices: CsvChoices): Promise<CsvPreview>;
  startImport(path: string, fileName: string, streamName: string, plan: CsvPlan): JobState;
  startLearn(streamId: number, options: LearnOptions): Promise<JobState>;
  startDemo(): JobState;
  /** The computer slept from `from` to `to`, ms. */
  slept(from: number, to: number): Promise<void>;
  /** Cancels what runs, then closes the store. */
  close(): Promise<void>;
}

/**
 * Makes the workspace's folder when it is missing. Throws Failure bad-usage when it cannot be one,
 * conflict when another engine holds it.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const place = workspacePlace(options.workspace);
  const { store, unlock } = await openWorkspace(place, options.workspace);
  const listeners = new Set<EventListener>();
  let watch: StatusWatch | null = null;
  const emit: EventListener = (event, payload) => {
    if (event === 'event.changed') liveAlerts.hear(payload as ApiEvents['event.changed']);
    watch?.heard(event);
    for (const listener of listeners) listener(event, payload);
  };
  const jobs = new Jobs((state) => emit('job.changed', state));
  const uploads = new Uploads(place.uploads);
  const evidence = new Evidence({
    ...{ store, jobs, file: place.store, version: options.version },
    print: options.printPdf ?? printByChromium,
  });
  const secrets = openSecrets(store, options);
  const engine: Engine = {
    info: describeApp(options),
    store,
    jobs,
    uploads,
    compute: new ComputeLink(),
    saveMs: options.saveMs ?? SAVE_MS,
    settings: new SettingsBook(store, (settings) => emit('settings.changed', settings)),
    secrets,
    notices: new Notices((notice) => emit('notice.raised', notice)),
    get alerts() {
      return alerts;
    },
    ...createStatus(emit),
    emit,
    onEvent: (listener) => {
      listeners.add(listener);
      alerts.wake();
      return () => listeners.delete(listener);
    },
    preview: previewCsv,
    startImport: (path, fileName, streamName, plan) =>
      startImport(engine, { path, fileName, streamName, plan }),
    startLearn: (streamId, learnOptions) => startLearn(engine, streamId, learnOptions),
    startDemo: () => startDemo(engine),
    live: new Live({ store, secrets }, emit, () => engine.settings.get()),
    evidence,
    activities: new Activities({ store, jobs, emit, ribbons: () => engine.live.monitors.ribbons }),
    slept: (from, to) => noteSleep(engine, from, to),
    close: async () => {
      watch?.stop();
      await engine.live.close();
      await jobs.close();
      await liveAlerts.close();
      await uploads.close();
      await store.close();
      unlock();
    },
    get handlers() {
      return handlers;
    },
  };
  const alerts = createAlerts(engine, place, () => listeners.size > 0);
  const liveAlerts = new LiveAlerts(store, alerts);
  const handlers = createHandlers(engine);
  watch = watchStatus(engine);
  if (options.resumesJobs) await takeUp(engine, liveAlerts);
  return engine;
}

/** Goes on with all that a former engine left. */
async function takeUp(engine: Engine, liveAlerts: LiveAlerts): Promise<void> {
  for (const record of await engine.store.read['job.list']()) await goOn(engine, record);
  await engine.activities.start();
  await engine.live.start();
  await liveAlerts.catchUp(Date.now());
  await engine.alerts.start();
}

function openSecrets(store: Store, { vault }: EngineOptions): Secrets {
  return new Secrets(store, [...(vault ? [vault] : []), fileVault(keyFile())]);
}

function createAlerts(engine: Engine, place: WorkspacePlace, isHeard: () => boolean): Alerts {
  const { store, secrets, evidence, emit } = engine;
  return new Alerts({
    ...{ store, secrets, now: Date.now, reportFolder: place.reports },
    report: (streamId, order) => evidence.report(streamId, order),
    tell: noticeTeller(engine, isHeard),
    onChange: () => emit('alert.changed', null),
  });
}

async function openWorkspace(
  place: WorkspacePlace,
  name: string,
): Promise<{ store: Store; unlock: () => void }> {
  try {
    await mkdir(place.folder, { recursive: true });
  } catch (error) {
    throw new Failure(
      'bad-usage',
      `${name} cannot be a workspace: ${(error as Error).message}. ` +
        'Choose a folder that can be written.',
    );
  }
  await refuseUnwritable(place.folder);
  const isNew = !existsSync(place.lock);
  const unlock = lockWorkspace(place.lock, name);
  try {
    return { store: await openStore(place.store), unlock };
  } catch (error) {
    unlock();
    // What is refused is left as it was found.
    if (isNew) await rm(place.lock, { force: true });
    throw error;
  }
}

function startImport(engine: Engine, order: ImportOrder): JobState {
  return engine.jobs.start('import', order.streamName, async (job) => {
    await runImportJob(engine.store, order, job);
    engine.emit('stream.changed', { streamId: null });
  });
}

async function startLearn(
  engine: Engine,
  streamId: number,
  options: LearnOptions,
): Promise<JobState> {
  const stream = await engine.store.read['stream.get'](streamId);
  const backend = options.backend ?? (await engine.settings.get()).backend;
  const exclude = options.exclude ?? (await confirmedStretches(engine.store, streamId));
  const asked = await withRecogniser(engine.store, stream, options);
  const whole = { ...asked, backend, ...(exclude.length > 0 && { exclude }) };
  return queueLearn(engine, stream.name, await recordLearn(engine.store, stream, whole));
}

/** What people confirmed as incidents is not learnt as normal again. */
async function confirmedStretches(store: Store, streamId: number): Promise<TimeRange[]> {
  const card = await store.read['model.active'](streamId);
  const events = card ? await store.read['event.list'](card.id) : [];
  return events
    .filter(({ triage }) => triage.verdict === 'confirmed')
    .map(({ start, end }) => ({ from: start, to: end }));
}

/** Lines up a run that a former engine began. */
async function goOn(engine: Engine, record: LearnRecord): Promise<void> {
  const { name } = await engine.store.read['stream.get'](record.streamId);
  queueLearn(engine, name, record);
}

function queueLearn(engine: Engine, title: string, record: LearnRecord): JobState {
  const { store, compute, info, saveMs } = engine;
  const { jobId, streamId, isPaused } = record;
  const place = { store, compute, version: info.version, saveMs };
  return engine.jobs.start(
    'learn',
    title,
    async (job) => {
      await runLearnJob(place, record, job);
      await engine.live.monitors.adopt(streamId);
      engine.emit('stream.changed', { streamId });
    },
    {
      ...{ canPause: true, needsCore: true, isPaused, streamId },
      onPause: (paused) => void store.write['job.pause'](jobId, paused),
    },
  );
}

function startDemo(engine: Engine): JobState {
  return engine.jobs.start('demo', DEMO_STREAM_NAME, async (job) => {
    const isNew = await runDemoJob(engine.store, job);
    if (isNew) engine.emit('stream.changed', { streamId: null });
  });
}

function describeApp(options: EngineOptions): AppInfo {
  return {
    version: options.version,
    shell: options.shell,
    platform: process.platform,
    workspace: options.workspace,
    demo: options.demo ?? false,
  };
}
