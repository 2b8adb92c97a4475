/** The labels of a stream, its activities and their colours, kept true by the engine's events. */
import { computed, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type {
  ActivityClass,
  DoubtfulStretch,
  Label,
  NewLabel,
} from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { listen } from '../listen.ts';
import { notify, notifyProblem } from '../notify.ts';
import { oneAtATime } from '../one-at-a-time.ts';

const WORTH_COUNT = 5;

export function useLabels(streamId: () => number) {
  const { t } = useI18n();
  const labels = shallowRef<readonly Label[]>([]);
  const classes = shallowRef<readonly ActivityClass[]>([]);
  const isLoaded = ref(false);
  const { worth, load: loadWorth } = useWorth(streamId);

  const load = oneAtATime(async () => {
    const id = streamId();
    const [own, known] = await Promise.all([
      engine.call('label.list', id),
      engine.call('activity.classes'),
    ]);
    if (streamId() !== id) return;
    labels.value = own.filter(({ kind }) => kind === 'activity');
    classes.value = known;
    isLoaded.value = true;
    loadWorth();
  });
  watch(
    streamId,
    () => {
      labels.value = [];
      isLoaded.value = false;
      load();
    },
    { immediate: true },
  );
  listen('label.changed', ({ streamId: changed }) => changed === streamId() && load());
  listen('segment.changed', ({ streamId: changed }) => changed === streamId() && load());

  const undo = (): void => {
    engine.call('label.undo', streamId()).then(load).catch(notifyProblem);
  };
  /** Told with its undo. */
  const done = (text: string): void => {
    load();
    notify(text, { label: t('stream.undo'), run: undo });
  };
  return {
    labels,
    isLoaded,
    classes,
    worth,
    undo,
    done,
    colours: computed(() => new Map(classes.value.map(({ name, colour }) => [name, colour]))),
    add: async (activity: string, range: TimeRange): Promise<void> => {
      await engine.call('label.add', [streamId()], labelOf(activity, range));
      done(t('activities.labelled', { activity }));
    },
    addAll: async (activity: string, ranges: readonly TimeRange[]): Promise<void> => {
      const all = ranges.map((range) => labelOf(activity, range));
      await engine.call('label.addAll', streamId(), all);
      done(t('activities.propose.named', { activity, n: all.length }, all.length));
    },
    remove: async (id: number): Promise<void> => {
      await engine.call('label.remove', [id]);
      done(t('activities.removed'));
    },
    colour: (name: string, colour: number): void => {
      engine.call('activity.colour', name, colour).then(load).catch(notifyProblem);
    },
  };
}

/** Takes a while: the labels do not wait for it. */
function useWorth(streamId: () => number) {
  const worth = shallowRef<readonly DoubtfulStretch[]>([]);
  const load = oneAtATime(async () => {
    const id = streamId();
    const recogniser = await engine.call('recogniser.active', id);
    const doubtful = recogniser
      ? await engine.call('activity.worthLabelling', id, WORTH_COUNT)
      : [];
    if (streamId() === id) worth.value = doubtful;
  });
  watch(streamId, () => (worth.value = []));
  return { worth, load };
}

export type Labels = ReturnType<typeof useLabels>;

/** Whole milliseconds; the end is not part of it. */
export function wholeSpan({ from, to }: TimeRange): { start: number; end: number } {
  const start = Math.round(from);
  return { start, end: Math.max(Math.round(to), start + 1) };
}

function labelOf(activity: string, range: TimeRange): NewLabel {
  return { ...wholeSpan(range), kind: 'activity', activity, author: '', note: '' };
}
