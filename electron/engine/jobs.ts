/**
 * Long work with progress, cancel and, where it can, pause. A job is an async function that reports
 * through its handle; its state is plain data that every window may watch. Work that keeps a core
 * busy waits in line for one.
 */
import { availableParallelism } from 'node:os';
import { Failure } from '../../shared/contract/failure.ts';
import type { JobKind, JobPhase, JobState, TrainingProgress } from '../../shared/domain/job.ts';
import type { BackendChoice, LossPoint, TrainingNote } from '../../shared/domain/model.ts';
import { log } from './log.ts';

/** Windows hear of a job at most this often, except when its phase or status changes. */
const EMIT_INTERVAL_MS = 100;
/** Weight of the newest measurement in the shown rate. */
const RATE_SMOOTHING = 0.3;
/** Ended jobs that stay listed. */
const ENDED_JOBS_MAX = 50;

/** Thrown by work that has put itself away and can be called again to go on. */
export class Paused extends Error {}

export interface JobHandle {
  /** Aborted when the job shall end. */
  readonly signal: AbortSignal;
  /** Aborted when it shall put itself away and throw Paused. */
  readonly pausing: AbortSignal;
  progress(phase: JobPhase, done: number, total: number, unit: JobState['unit']): void;
  loss(point: LossPoint): void;
  stream(streamId: number): void;
  backend(choice: BackendChoice): void;
  training(progress: TrainingProgress): void;
  note(note: TrainingNote): void;
  /** The engine ends, and the work with it: nobody cancelled it. */
  isClosing(): boolean;
  /** Cores that are its own at the time, at least one: the others work for other jobs. */
  cores(): number;
}

export interface JobOptions {
  /** The work answers `pausing` and may be called again after it threw Paused. */
  readonly canPause?: boolean;
  /** Begins paused, as it was left. */
  readonly isPaused?: boolean;
  /** It keeps a core busy: it waits until one is free. */
  readonly needsCore?: boolean;
  /** The stream it works on, where that is known before it begins. */
  readonly streamId?: number;
  /** Told when the user pauses it or lets it go on. */
  readonly onPause?: (isPaused: boolean) => void;
}

type Work = (job: JobHandle) => Promise<void>;

interface Entry {
  state: JobState;
  readonly work: Work;
  readonly options: JobOptions;
  readonly abort: AbortController;
  pause: AbortController;
  /** Settles when the work in hand ends or rests. */
  running: Promise<void> | null;
  readonly finished: Promise<JobState>;
  finish(state: JobState): void;
}

export class Jobs {
  private readonly entries = new Map<number, Entry>();
  private readonly onChange: (state: JobState) => void;
  private nextId = 1;
  private isClosing = false;

  constructor(onChange: (state: JobState) => void) {
    this.onChange = onChange;
  }

  /** Starts `work`, or lines it up, and answers its first state at once. */
  start(kind: JobKind, title: string, work: Work, options: JobOptions = {}): JobState {
    const id = this.nextId++;
    const { promise: finished, resolve: finish } = Promise.withResolvers<JobState>();
    const state: JobState = {
      id,
      kind,
      title,
      status: options.isPaused ? 'paused' : 'queued',
      phase: 'check',
      done: 0,
      total: 0,
      unit: 'rows',
      rate: 0,
      secondsLeft: null,
      canPause: options.canPause ?? false,
      backend: null,
      training: null,
      lossCurve: [],
      notes: [],
      streamId: options.streamId ?? null,
      failure: null,
    };
    const controllers = { abort: new AbortController(), pause: new AbortController() };
    const promises = { running: null, finished, finish };
    const entry: Entry = { state, work, options, ...controllers, ...promises };
    this.entries.set(id, entry);
    this.forgetOldest();
    this.runNext();
    return entry.state;
  }

  list(): readonly JobState[] {
    return [...this.entries.values()].map((entry) => entry.state);
  }

  /** Asks a job to stop; it answers by its status. Unknown and ended jobs are left alone. */
  cancel(id: number): void {
    const entry = this.entries.get(id);
    entry?.abort.abort();
    // Work that waits or rests is called once more, to clear up after itself.
    if (entry && isWaiting(entry.state)) entry.running = this.run(entry);
  }

  /** Asks a job to put itself away; its place in line goes to the next. */
  pause(id: number): void {
    const entry = this.entries.get(id);
    if (!entry?.options.canPause || hasEnded(entry.state)) return;
    if (entry.state.status === 'queued') this.change(entry, { status: 'paused' });
    entry.pause.abort();
    entry.options.onPause?.(true);
  }

  /** Lets a paused job go on where it stood. */
  resume(id: number): void {
    const entry = this.entries.get(id);
    if (entry?.state.status !== 'paused') return;
    entry.options.onPause?.(false);
    this.change(entry, { status: 'queued' });
    this.runNext();
  }

  /** Resolves with the last state of the job; Failure not-found when there is no such job. */
  finished(id: number): Promise<JobState> {
    const entry = this.entries.get(id);
    if (!entry) throw new Failure('not-found', `There is no job ${id}.`);
    return entry.finished;
  }

  /** Ends what runs; what can be paused puts itself away, to go on when the engine is next up. */
  async close(): Promise<void> {
    this.isClosing = true;
    const running = [...this.entries.values()].filter(({ state }) => state.status === 'running');
    for (const entry of running) (entry.options.canPause ? entry.pause : entry.abort).abort();
    await Promise.all(running.map((entry) => entry.running));
  }

  /** Starts what waits, as far as there are cores for it. */
  private runNext(): void {
    let free = availableParallelism() - this.busy().length;
    for (const entry of this.entries.values()) {
      if (this.isClosing || entry.state.status !== 'queued') continue;
      if (entry.options.needsCore && free-- <= 0) continue;
      entry.running = this.run(entry);
    }
  }

  /** Jobs that keep a core busy. */
  private busy(): readonly Entry[] {
    const all = [...this.entries.values()];
    return all.filter(({ state, options }) => options.needsCore && state.status === 'running');
  }

  /** Jobs in line will want their core soon, so that they count as far as there are cores. */
  private coresEach(): number {
    const cores = availableParallelism();
    const all = [...this.entries.values()].filter(({ options }) => options.needsCore);
    const wanting = all.filter(
      ({ state }) => state.status === 'running' || state.status === 'queued',
    );
    return Math.max(1, Math.floor(cores / Math.max(1, Math.min(cores, wanting.length))));
  }

  private change(entry: Entry, part: Partial<JobState>): void {
    entry.state = { ...entry.state, ...part };
    this.onChange(entry.state);
  }

  private async run(entry: Entry): Promise<void> {
    entry.pause = new AbortController();
    const change = (part: Partial<JobState>): void => this.change(entry, part);
    change({ status: 'running' });
    try {
      await entry.work(
        progressHandle(entry, change, {
          cores: () => this.coresEach(),
          isClosing: () => this.isClosing,
        }),
      );
      const { total, done } = entry.state;
      change({ status: 'done', secondsLeft: null, done: total || done });
    } catch (error) {
      const cancelled = entry.abort.signal.aborted;
      if (error instanceof Paused && !cancelled) return this.rest(entry);
      change({
        status: cancelled ? 'cancelled' : 'failed',
        secondsLeft: null,
        failure: cancelled ? null : describe(error),
      });
    }
    entry.finish(entry.state);
    this.runNext();
  }

  private rest(entry: Entry): void {
    this.change(entry, { status: 'paused', secondsLeft: null, rate: 0 });
    this.runNext();
  }

  private forgetOldest(): void {
    const ended = [...this.entries].filter(([, entry]) => hasEnded(entry.state));
    for (const [id] of ended.slice(0, -ENDED_JOBS_MAX)) this.entries.delete(id);
  }
}

function hasEnded({ status }: JobState): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled';
}

function isWaiting({ status }: JobState): boolean {
  return status === 'queued' || status === 'paused';
}

/** Keeps rate and time left of the phase in hand, and tells windows at a bounded pace. */
function progressHandle(
  entry: Entry,
  change: (part: Partial<JobState>) => void,
  { cores, isClosing }: Pick<JobHandle, 'cores' | 'isClosing'>,
): JobHandle {
  let emittedAt = -Infinity;
  let measuredAt = performance.now();
  let measuredDone = 0;
  let rate = 0;
  const measure = (done: number, now: number): void => {
    const seconds = (now - measuredAt) / 1000;
    if (seconds < 0.2) return;
    const current = Math.max(0, done - measuredDone) / seconds;
    rate = rate === 0 ? current : rate + RATE_SMOOTHING * (current - rate);
    measuredAt = now;
    measuredDone = done;
  };
  return {
    signal: entry.abort.signal,
    pausing: entry.pause.signal,
    progress: (phase, done, total, unit) => {
      const now = performance.now();
      const entered = phase !== entry.state.phase || unit !== entry.state.unit;
      if (entered) [measuredAt, measuredDone, rate] = [now, done, 0];
      measure(done, now);
      if (!entered && now - emittedAt < EMIT_INTERVAL_MS) return;
      emittedAt = now;
      const secondsLeft = rate > 0 && total > 0 ? Math.max(0, total - done) / rate : null;
      change({ phase, done, total, unit, rate, secondsLeft });
    },
    loss: (point) => {
      // A training that fell back does some epochs again.
      const before = entry.state.lossCurve.filter(({ step }) => step < point.step);
      entry.state = { ...entry.state, lossCurve: [...before, point] };
    },
    backend: (backend) => change({ backend }),
    // Told by the progress that follows.
    training: (training) => void (entry.state = { ...entry.state, training }),
    note: (note) => change({ notes: [...entry.state.notes, note] }),
    cores,
    isClosing,
    stream: (streamId) => change({ streamId }),
  };
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  log.error('A job failed unexpectedly', error);
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Something unexpected went wrong: ${detail}` };
}
