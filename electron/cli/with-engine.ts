/** An engine of a workspace for the time of one command, and its jobs as progress on a terminal. */
import { resolve } from 'node:path';
import { Failure } from '../../shared/contract/failure.ts';
import type { JobState } from '../../shared/domain/job.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { createProgressView } from './progress-view.ts';
import { VERSION } from './version.ts';

/** Closes what it opened, whatever happens. */
export async function withEngine<T>(
  workspace: string,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine({
    ...{ workspace: resolve(workspace), shell: 'browser', version: VERSION },
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** Shows how a job goes and waits for its end. Throws its Failure. */
export async function watchJob(engine: Engine, start: () => Promise<JobState>): Promise<void> {
  const view = createProgressView(process.stderr);
  try {
    const job = await start();
    const stop = engine.onEvent((event, payload) => {
      const state = payload as JobState;
      if (event === 'job.changed' && state.id === job.id) view.update(state);
    });
    const { failure } = await engine.jobs.finished(job.id);
    stop();
    if (failure) throw new Failure(failure.code as Failure['code'], failure.message);
  } finally {
    view.stop();
  }
}
