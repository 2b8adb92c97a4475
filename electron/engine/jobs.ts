/**
 * Long work with progress and cancel. A job is an async function that reports through its handle;
 * its state is plain data that every window may watch.
 */
import { Failure } from '../../shared/contract/failure.ts';
import type { JobKind, JobPhase, JobState } from '../../shared/domain/job.ts';
import type { LossPoint } from '../../shared/domain/model.ts';
import { log } from './log.ts';

/** Windows hear of a job at most this often, except when its phase or status changes. */
const EMIT_INTERVAL_MS = 100;
/** Weight of the newest measurement in the shown rate. */
const RATE_SMOOTHING = 0.3;
/** Ended jobs that stay listed. */
const ENDED_JOBS_MAX = 50;

export interface JobHandle {
  readonly signal: AbortSignal;
  progress(phase: JobPhase, done: number, total: number, unit: JobState['unit']): void;
  loss(point: LossPoint): void;
  stream(streamId: number): void;
}

interface Entry {
  state: JobState;
  readonly abort: AbortController;
  readonly finished: Promise<JobState>;
}

export class Jobs {
  private readonly entries = new Map<number, Entry>();
  private readonly onChange: (state: JobState) => void;
  private nextId = 1;

  constructor(onChange: (state: JobState) => void) {
    this.onChange = onChange;
  }

  /** Starts `work` and answers its first state at once. */
  start(kind: JobKind, title: string, work: (job: JobHandle) => Promise<void>): JobState {
    const id = this.nextId++;
    const abort = new AbortController();
    const { promise: finished, resolve } = Promise.withResolvers<JobState>();
    const state: JobState = {
      id,
      kind,
      title,
      status: 'running',
      phase: 'check',
      done: 0,
      total: 0,
      unit: 'rows',
      rate: 0,
      secondsLeft: null,
      lossCurve: [],
      streamId: null,
      failure: null,
    };
    const entry: Entry = { state, abort, finished };
    this.entries.set(id, entry);
    this.forgetOldest();
    void this.run(entry, work).then(resolve);
    return state;
  }

  list(): readonly JobState[] {
    return [...this.entries.values()].map((entry) => entry.state);
  }

  /** Asks a job to stop; it answers by its status. Unknown and ended jobs are left alone. */
  cancel(id: number): void {
    this.entries.get(id)?.abort.abort();
  }

  /** Resolves with the last state of the job; Failure not-found when there is no such job. */
  finished(id: number): Promise<JobState> {
    const entry = this.entries.get(id);
    if (!entry) throw new Failure('not-found', `There is no job ${id}.`);
    return entry.finished;
  }

  async close(): Promise<void> {
    for (const entry of this.entries.values()) entry.abort.abort();
    await Promise.all([...this.entries.values()].map((entry) => entry.finished));
  }

  private async run(entry: Entry, work: (job: JobHandle) => Promise<void>): Promise<JobState> {
    const change = (part: Partial<JobState>): void => {
      entry.state = { ...entry.state, ...part };
      this.onChange(entry.state);
    };
    try {
      await work(progressHandle(entry, change));
      change({ status: 'done', secondsLeft: null, done: entry.state.total || entry.state.done });
    } catch (error) {
      const cancelled = entry.abort.signal.aborted;
      change({
        status: cancelled ? 'cancelled' : 'failed',
        secondsLeft: null,
        failure: cancelled ? null : describe(error),
      });
    }
    return entry.state;
  }

  private forgetOldest(): void {
    const ended = [...this.entries].filter(([, entry]) => entry.state.status !== 'running');
    for (const [id] of ended.slice(0, -ENDED_JOBS_MAX)) this.entries.delete(id);
  }
}

/** Keeps rate and time left of the phase in hand, and tells windows at a bounded pace. */
function progressHandle(entry: Entry, change: (part: Partial<JobState>) => void): JobHandle {
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
      entry.state = { ...entry.state, lossCurve: [...entry.state.lossCurve, point] };
    },
    stream: (streamId) => change({ streamId }),
  };
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  log.error('A job failed unexpectedly', error);
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Something unexpected went wrong: ${detail}` };
}
