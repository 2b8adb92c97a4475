/** The recogniser of a stream: learnt from its labels, judged, set to work; and the time told. */
import { computed, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ActivityStatistics } from '../../../shared/domain/activity.ts';
import type { JobState } from '../../../shared/domain/job.ts';
import type { RecogniserCard } from '../../../shared/domain/recogniser.ts';
import { engine } from '../engine.ts';
import { listen } from '../listen.ts';
import { notify, notifyProblem } from '../notify.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { useJobs } from '../stores/jobs.ts';

export function useRecogniser(streamId: () => number) {
  const { t } = useI18n();
  const jobs = useJobs();
  const cards = shallowRef<readonly RecogniserCard[]>([]);
  const active = shallowRef<RecogniserCard | null>(null);
  const statistics = shallowRef<ActivityStatistics | null>(null);

  const load = oneAtATime(async () => {
    const id = streamId();
    const [all, own, time] = await Promise.all([
      engine.call('recogniser.list'),
      engine.call('recogniser.active', id),
      engine.call('activity.statistics', id, null),
    ]);
    if (streamId() !== id) return;
    cards.value = all.filter(({ streams }) => streams.some((one) => one.streamId === id));
    active.value = own;
    statistics.value = time;
  });
  watch(
    streamId,
    () => {
      cards.value = [];
      active.value = null;
      statistics.value = null;
      load();
    },
    { immediate: true },
  );
  listen('recogniser.changed', load);
  listen('segment.changed', (changed) => changed.streamId === streamId() && load());
  listen('label.changed', (changed) => changed.streamId === streamId() && load());

  async function finish(started: JobState): Promise<JobState['status']> {
    jobs.keep(started);
    const { status, failure } = await jobs.whenEnded(started);
    if (failure) throw new Error(failure.message);
    load();
    return status;
  }
  async function setToWork({ id }: RecogniserCard): Promise<void> {
    const status = await finish(await engine.call('recogniser.activate', id, streamId()));
    if (status === 'done') notify(t('activities.active'));
  }
  async function learn(name: string): Promise<void> {
    const known = new Set(cards.value.map(({ id }) => id));
    const streams = [{ streamId: streamId(), group: name }];
    const started = await engine.call('recogniser.train', { name, streams, seed: 1 });
    if ((await finish(started)) !== 'done') return;
    const all = await engine.call('recogniser.list');
    const learnt = all.find(({ id }) => !known.has(id));
    if (learnt) await setToWork(learnt);
  }
  return {
    active,
    statistics,
    /** The one at work, else the newest. */
    shown: computed(() => active.value ?? cards.value.at(-1) ?? null),
    job: computed<JobState | null>(
      () =>
        jobs.activeFor('recognise', streamId()) ?? jobs.activeFor('segment', streamId()) ?? null,
    ),
    train: (name: string): void => void learn(name).catch(notifyProblem),
    activate: (card: RecogniserCard): void => void setToWork(card).catch(notifyProblem),
  };
}

export type Recogniser = ReturnType<typeof useRecogniser>;
