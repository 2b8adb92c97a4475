/** What goes on by itself in a workspace: feeds, and the upkeep of what they store. */
import type { EventListener } from './engine.ts';
import type { FeedState, NewFeed } from '../../shared/domain/feed-state.ts';
import { Feeds } from './ingest/feeds.ts';
import { log } from './log.ts';
import type { Store } from './store/store-api.ts';

/** Windows read a stream anew at most this often while rows come. */
const STREAM_TELL_MS = 1000;
const UPKEEP_MS = 10_000;
/** Rows removed at once: other calls wait about as long as for a batch. */
const FORGET_ROWS = 20_000;

export class Live {
  readonly feeds: Feeds;
  private readonly store: Store;
  private readonly emit: EventListener;
  private readonly toldAt = new Map<number, number>();
  private upkeep: NodeJS.Timeout | null = null;
  private isForgetting = false;

  constructor(store: Store, emit: EventListener) {
    this.store = store;
    this.emit = emit;
    this.feeds = new Feeds(store, {
      changed: (feed) => emit('feed.changed', feed),
      stored: (streamId) => this.stored(streamId),
      problems: (problems) => {
        for (const problem of problems) emit('event.changed', { source: 'data', problem });
      },
    });
  }

  /** Opens the feeds that a former engine left; `only`: these. From now on old rows are removed. */
  async start(only?: readonly number[]): Promise<void> {
    await this.feeds.openAll(only);
    this.upkeep ??= setInterval(() => void this.forget(), UPKEEP_MS).unref();
  }

  create(feed: NewFeed): Promise<FeedState> {
    return this.feeds.create(feed);
  }

  /** For a stream that is about to be hidden. */
  closeOf(streamId: number): Promise<void> {
    return this.feeds.closeOf(streamId);
  }

  openOf(streamId: number): Promise<void> {
    return this.feeds.openOf(streamId);
  }

  async close(): Promise<void> {
    if (this.upkeep) clearInterval(this.upkeep);
    await this.feeds.closeAll();
  }

  private stored(streamId: number): void {
    const now = performance.now();
    if (now - (this.toldAt.get(streamId) ?? -Infinity) < STREAM_TELL_MS) return;
    this.toldAt.set(streamId, now);
    this.emit('stream.changed', { streamId });
  }

  /** A bounded step for every stream; what is left waits for the next. */
  private async forget(): Promise<void> {
    if (this.isForgetting) return;
    this.isForgetting = true;
    try {
      for (const { id } of await this.store.read['stream.list']()) {
        await this.store.write['stream.forget'](id, Date.now(), FORGET_ROWS);
      }
    } catch (error) {
      log.error('Old rows could not be removed; it is tried again', error);
    } finally {
      this.isForgetting = false;
    }
  }
}
