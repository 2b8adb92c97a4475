/** The part of the contract about feeds, what they store, and what was found in it. */
import type { Api } from '../../shared/contract/api.ts';
import type { Handlers } from '../../shared/contract/server.ts';
import type { Engine } from './engine.ts';

type LiveMethods = Extract<
  keyof Api,
  | `feed.${string}`
  | `monitor.${string}`
  | 'problem.list'
  | 'event.triage'
  | `stream.${'remove' | 'restore' | 'retention'}`
>;

export function liveHandlers(engine: Engine): Pick<Handlers<Api>, LiveMethods> {
  const { store, live } = engine;
  const changed = (streamId: number | null): void => engine.emit('stream.changed', { streamId });
  return {
    'stream.remove': async (streamId) => {
      await live.closeOf(streamId);
      await store.write['stream.remove'](streamId);
      changed(null);
    },
    'stream.restore': async (streamId) => {
      await store.write['stream.restore'](streamId);
      await live.openOf(streamId);
      changed(null);
    },
    'stream.retention': (streamId, retention) =>
      store.write['stream.retention'](streamId, retention),

    'problem.list': (streamId, range) => store.read['problem.list'](streamId, range),
    'event.triage': async (eventId, change) => {
      const judged = await store.write['event.triage'](eventId, change, Date.now());
      engine.emit('event.changed', judged);
      return judged;
    },

    'monitor.start': (streamId, options, role) => live.monitors.start(streamId, options, role),
    'monitor.list': (streamId) => live.monitors.list(streamId),
    'monitor.role': (modelId, role) => live.monitors.setRole(modelId, role),
    'feed.list': () => live.feeds.list(),
    'feed.preview': (source, decoder, ms) => live.feeds.preview(source, decoder, ms),
    'feed.create': async (feed) => {
      const state = await live.create(feed);
      changed(null);
      return state;
    },
    'feed.pause': (feedId) => live.feeds.pause(feedId),
    'feed.resume': (feedId) => live.feeds.resume(feedId),
    'feed.remove': async (feedId) => {
      await live.feeds.remove(feedId);
      changed(null);
    },
  };
}
