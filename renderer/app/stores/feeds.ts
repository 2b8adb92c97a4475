/** Live feeds, kept true by the engine's events. */
import { defineStore } from 'pinia';
import { computed, shallowReactive } from 'vue';
import type { FeedState } from '../../../shared/domain/feed-state.ts';
import { engine } from '../engine.ts';

export const useFeeds = defineStore('feeds', () => {
  const feeds = shallowReactive(new Map<number, FeedState>());
  const keep = (feed: FeedState): void => void feeds.set(feed.id, feed);
  engine.on('feed.changed', keep);

  return {
    byStream: computed(() => {
      return new Map([...feeds.values()].map((feed) => [feed.streamId, feed]));
    }),
    keep,
    load: async (): Promise<void> => {
      const known = await engine.call('feed.list');
      feeds.clear();
      known.forEach(keep);
    },
    pause: (id: number) => engine.call('feed.pause', id),
    resume: (id: number) => engine.call('feed.resume', id),
    /** The stream stays. */
    remove: async (id: number): Promise<void> => {
      await engine.call('feed.remove', id);
      feeds.delete(id);
    },
  };
});
