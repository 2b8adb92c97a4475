/**
 * Learns a stream in a workspace: `learning-child.ts WORKSPACE CSV STOP`, going on with what a
 * killed run left. STOP is `never`, or `TRAININGS:STEP`: the process kills itself, as by kill -9,
 * once the state on disk is in the training after so many, at that step or later. Prints the first
 * step that its first training told, and what was learnt.
 */
import { createEngine } from '../../electron/engine/engine.ts';
import { unpackLearnState } from '../../electron/engine/training/learn-state.ts';
import type { JobState } from '../../shared/domain/job.ts';

const [workspace, csv, stop] = process.argv.slice(2);
const [trainings, step] = stop.split(':').map(Number);
const engine = await createEngine({
  ...{ workspace, shell: 'browser', version: '0' },
  ...{ resumesJobs: true, saveMs: 0 },
});
let first: number | null = null;
engine.onEvent((event, payload) => {
  const { kind, phase, done } = payload as JobState;
  if (event === 'job.changed' && kind === 'learn' && phase === 'train' && done > 0) first ??= done;
});

const job = engine.jobs.list().at(0) ?? (await begin());
while (stop !== 'never') {
  const state = unpackLearnState(await engine.store.read['job.state'](1));
  const isThere = state?.trainings === trainings && (state.trainer?.step ?? -1) >= step;
  if (isThere) process.kill(process.pid, 'SIGKILL');
  if (hasEnded()) throw new Error('The run ended before it could be killed.');
}
const { streamId, failure } = await engine.jobs.finished(job.id);
if (failure) throw new Error(failure.message);
const card = await engine.store.read['model.active'](streamId!);
const events = await engine.store.read['event.list'](card!.id);
process.stdout.write(`${JSON.stringify({ first, card, events })}\n`);
await engine.close();

async function begin(): Promise<JobState> {
  const { plan } = await engine.preview(csv, 'machine.csv', {});
  const imported = engine.startImport(csv, 'machine.csv', 'Machine', plan);
  const { streamId } = await engine.jobs.finished(imported.id);
  const options = { mode: 'stream', trainRows: 300, seed: 1, backend: 'wasm-plain' } as const;
  return engine.startLearn(streamId!, options);
}

function hasEnded(): boolean {
  return engine.jobs.list().some(({ kind, status }) => kind === 'learn' && status === 'done');
}
