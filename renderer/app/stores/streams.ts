/** The streams of the workspace with their models, read again when the engine says they changed. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { engine } from '../engine.ts';

export interface KnownStream extends StreamInfo {
  readonly model: ModelCard | null;
  /** Of its model, in time order. */
  readonly events: readonly AnomalyEvent[];
}

export const useStreams = defineStore('streams', () => {
  const list = shallowRef<readonly KnownStream[]>([]);
  const loaded = ref(false);
  /** Counts changes of a stream's rows, scores or events. */
  const revision = ref(0);
  let newest = 0;

  async function load(): Promise<void> {
    const request = ++newest;
    const streams = await engine.call('stream.list');
    const known = await Promise.all(streams.map(withModel));
    // An answer that a later question overtook is not news.
    if (request !== newest) return;
    list.value = known;
    loaded.value = true;
    revision.value++;
  }

  async function withModel(stream: StreamInfo): Promise<KnownStream> {
    const model = await engine.call('model.active', stream.id);
    const events = model ? await engine.call('event.list', model.id) : [];
    return { ...stream, model, events };
  }

  engine.on('stream.changed', () => void load());
  return {
    list,
    loaded,
    revision,
    load,
    byId: computed(() => new Map(list.value.map((stream) => [stream.id, stream]))),
  };
});
