/** What the engine is busy with, kept true by its events. */
import { defineStore } from 'pinia';
import { computed, shallowReactive } from 'vue';
import type { JobKind, JobState } from '../../../shared/domain/job.ts';
import { engine } from '../engine.ts';

/** Waiting, at work or resting. */
function isActive({ status }: JobState): boolean {
  return status === 'queued' || status === 'running' || status === 'paused';
}

const LOST = { code: 'lost', message: 'The engine was started anew; please start it again.' };
const keyOf = ({ id, kind, title }: JobState): string => `${id} ${kind} ${title}`;

export const useJobs = defineStore('jobs', () => {
  const jobs = shallowReactive(new Map<number, JobState>());
  const ended: ((job: JobState) => void)[] = [];
  const waiting = new Map<number, (job: JobState) => void>();

  const keep = (job: JobState): void => {
    const before = jobs.get(job.id);
    jobs.set(job.id, job);
    if (isActive(job)) return;
    waiting.get(job.id)?.(job);
    waiting.delete(job.id);
    if (before && isActive(before)) for (const listener of ended) listener(job);
  };
  engine.on('job.changed', keep);

  const active = computed(() => [...jobs.values()].filter(isActive));

  return {
    jobs,
    active,
    keep,
    activeFor: (kind: JobKind, streamId: number): JobState | null =>
      active.value.find((job) => job.kind === kind && job.streamId === streamId) ?? null,
    cancel: (id: number) => engine.call('job.cancel', id),
    pause: (id: number) => engine.call('job.pause', id),
    resume: (id: number) => engine.call('job.resume', id),
    /** Jobs of an engine that is gone have failed: the next one counts its own from one again. */
    load: async () => {
      const list = await engine.call('job.list');
      const known = new Set(list.map(keyOf));
      const gone = [...jobs.values()].filter((job) => !known.has(keyOf(job)));
      for (const job of gone) {
        if (isActive(job)) keep({ ...job, status: 'failed', failure: LOST });
        jobs.delete(job.id);
      }
      for (const job of list) keep(job);
    },
    /** Resolves with the last state of a job that was just started. */
    whenEnded: (job: JobState): Promise<JobState> => {
      const known = jobs.get(job.id) ?? job;
      keep(known);
      if (!isActive(known)) return Promise.resolve(known);
      return new Promise((resolve) => waiting.set(job.id, resolve));
    },
    /** Called once for each job that ends while this window watches. */
    onEnded: (listener: (job: JobState) => void) => void ended.push(listener),
  };
});
