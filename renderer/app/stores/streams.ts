/** The streams of the workspace with their models and events, kept true by the engine's events. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { EventChange, KeptEvent, KeptProblem } from '../../../shared/domain/kept-event.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';

export interface KnownStream extends StreamInfo {
  readonly model: ModelCard | null;
  /** Of its model, in time order. */
  readonly events: readonly KeptEvent[];
  /** Trouble with the data themselves, in time order; the newest where there is much. */
  readonly problems: readonly KeptProblem[];
}

export const useStreams = defineStore('streams', () => {
  const list = shallowRef<readonly KnownStream[]>([]);
  const loaded = ref(false);
  /** Why the last try to load failed; empty: it did not. */
  const failure = ref('');
  /** Counts changes of a stream's rows, scores or events. */
  const revision = ref(0);
  let newest = 0;

  async function load(): Promise<void> {
    const request = ++newest;
    const known = await allStreams().catch((error: unknown) => {
      failure.value = messageOf(error);
      throw error;
    });
    // An answer that a later question overtook is not news.
    if (request !== newest) return;
    list.value = known;
    loaded.value = true;
    failure.value = '';
    revision.value++;
  }

  /** One stream anew; the others stay as they are. */
  async function reload(streamId: number): Promise<void> {
    const streams = await engine.call('stream.list');
    const changed = streams.find(({ id }) => id === streamId);
    if (!changed || list.value.every(({ id }) => id !== streamId)) return load();
    const known = await withModel(changed);
    list.value = list.value.map((one) => (one.id === streamId ? known : one));
    revision.value++;
  }

  /** Puts an event or a problem that was opened, changed or judged in its place. */
  function note(change: EventChange): void {
    const one = change.source === 'model' ? change.event : change.problem;
    list.value = list.value.map((stream) => {
      if (stream.id !== one.streamId) return stream;
      if (change.source === 'data') {
        return { ...stream, problems: placed(stream.problems, change.problem) };
      }
      if (stream.model?.id !== change.event.modelId) return stream;
      return { ...stream, events: placed(stream.events, change.event) };
    });
  }

  engine.on('stream.changed', ({ streamId }) => {
    void (streamId === null ? load() : reload(streamId));
  });
  engine.on('event.changed', note);
  return {
    list,
    loaded,
    failure,
    revision,
    load,
    /** Tries again; what goes wrong is in `failure`. */
    retry: (): void => void load().catch(() => undefined),
    note,
    byId: computed(() => new Map(list.value.map((stream) => [stream.id, stream]))),
  };
});

async function allStreams(): Promise<readonly KnownStream[]> {
  return Promise.all((await engine.call('stream.list')).map(withModel));
}

async function withModel(stream: StreamInfo): Promise<KnownStream> {
  const [model, problems] = await Promise.all([
    engine.call('model.active', stream.id),
    stream.range ? engine.call('problem.list', stream.id, stream.range) : [],
  ]);
  const events = model ? await engine.call('event.list', model.id) : [];
  return { ...stream, model, events, problems };
}

function placed<T extends { readonly id: number; readonly start: number }>(
  all: readonly T[],
  one: T,
): readonly T[] {
  const others = all.filter(({ id }) => id !== one.id);
  return [...others, one].sort((a, b) => a.start - b.start);
}
