/** The labels of a stream, its activities and their colours, kept true by the engine's events. */
import { computed, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ActivityClass, DoubtfulStretch, Label } from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { notify, notifyProblem } from '../notify.ts';
import { oneAtATime } from '../one-at-a-time.ts';

const WORTH_COUNT = 5;

export function useLabels(streamId: () => number) {
  const { t } = useI18n();
  const labels = shallowRef<readonly Label[]>([]);
  const classes = shallowRef<readonly ActivityClass[]>([]);
  const worth = shallowRef<readonly DoubtfulStretch[]>([]);

  const load = oneAtATime(async () => {
    const id = streamId();
    const [own, known, recogniser] = await Promise.all([
      engine.call('label.list', id),
      engine.call('activity.classes'),
      engine.call('recogniser.active', id),
    ]);
    const doubtful = recogniser
      ? await engine.call('activity.worthLabelling', id, WORTH_COUNT)
      : [];
    if (streamId() !== id) return;
    labels.value = own.filter(({ kind }) => kind === 'activity');
    classes.value = known;
    worth.value = doubtful;
  });
  watch(streamId, load, { immediate: true });
  engine.on('label.changed', ({ streamId: changed }) => changed === streamId() && load());
  engine.on('segment.changed', ({ streamId: changed }) => changed === streamId() && load());

  const undo = (): void => {
    engine.call('label.undo', streamId()).then(load).catch(notifyProblem);
  };
  return {
    labels,
    classes,
    worth,
    undo,
    colours: computed(() => new Map(classes.value.map(({ name, colour }) => [name, colour]))),
    /** Whole milliseconds; the end is not part of it. */
    add: async (activity: string, { from, to }: TimeRange): Promise<void> => {
      const stretch = {
        start: Math.round(from),
        end: Math.max(Math.round(to), Math.round(from) + 1),
      };
      const label = { ...stretch, kind: 'activity', activity, author: '', note: '' } as const;
      await engine.call('label.add', [streamId()], label);
      load();
      notify(t('activities.labelled', { activity }), { label: t('stream.undo'), run: undo });
    },
    remove: async (id: number): Promise<void> => {
      await engine.call('label.remove', [id]);
      load();
      notify(t('activities.removed'), { label: t('stream.undo'), run: undo });
    },
  };
}

export type Labels = ReturnType<typeof useLabels>;
