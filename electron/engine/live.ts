/** What goes on by itself in a workspace: feeds, models that score what they bring, and upkeep. */
import type { EventListener } from './engine.ts';
import type { FeedState, NewFeed } from '../../shared/domain/feed-state.ts';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { Feeds } from './ingest/feeds.ts';
import { log } from './log.ts';
import { LIVE_TRAIN_ROWS, Monitors } from './monitor/monitors.ts';
import type { Secrets } from './secrets.ts';
import type { FeedRecord } from './store/live-records.ts';
import type { Store } from './store/store-api.ts';
import { resolveMode } from './training/learn.ts';

/** Windows read a stream anew at most this often while rows come. */
const STREAM_TELL_MS = 1000;
const UPKEEP_MS = 10_000;
/** Rows removed at once: other calls wait about as long as for a batch. */
const FORGET_ROWS = 20_000;

export class Live {
  readonly feeds: Feeds;
  readonly monitors: Monitors;
  private readonly store: Store;
  private readonly emit: EventListener;
  private readonly settings: () => Promise<Settings>;
  private readonly toldAt = new Map<number, number>();
  /** Feeds whose model waits for its first rows, by stream. */
  private readonly waiting = new Map<number, FeedRecord>();
  private readonly beginnings = new Set<Promise<void>>();
  private upkeep: NodeJS.Timeout | null = null;
  private isForgetting = false;

  constructor(
    { store, secrets }: { readonly store: Store; readonly secrets: Secrets },
    emit: EventListener,
    settings: () => Promise<Settings>,
  ) {
    this.store = store;
    this.emit = emit;
    this.settings = settings;
    this.feeds = new Feeds(store, secrets, {
      changed: (feed) => emit('feed.changed', feed),
      stored: (streamId) => this.stored(streamId),
      problems: (problems) => this.tellProblems(problems),
    });
    this.monitors = new Monitors(store, {
      changed: (monitor) => emit('monitor.changed', monitor),
      scored: (streamId) => this.tell(streamId),
      segments: (streamId) => emit('segment.changed', { streamId }),
      events: (events) => {
        for (const event of events) emit('event.changed', { source: 'model', event });
      },
      problems: (problems) => this.tellProblems(problems),
    });
  }

  /** Takes up what a former engine left; `only`: these feeds. From now on old rows are removed. */
  async start(only?: readonly number[]): Promise<void> {
    const records = await this.store.read['feed.list']();
    const chosen = records.filter(({ id }) => only?.includes(id) ?? true);
    const streams = only && chosen.map(({ streamId }) => streamId);
    await this.monitors.openAll(streams);
    await this.awaitRows(chosen);
    await this.feeds.openAll(only);
    this.upkeep ??= setInterval(() => void this.forget(), UPKEEP_MS).unref();
  }

  async create(feed: NewFeed): Promise<FeedState> {
    const state = await this.feeds.create(feed);
    await this.monitors.ribbons.openAll([state.streamId]);
    const records = await this.store.read['feed.list']();
    await this.awaitRows(records.filter(({ id }) => id === state.id));
    return state;
  }

  /** For a stream that is about to be hidden. */
  async closeOf(streamId: number): Promise<void> {
    await this.feeds.closeOf(streamId);
    await this.monitors.closeOf(streamId);
  }

  async openOf(streamId: number): Promise<void> {
    await this.monitors.openAll([streamId]);
    await this.feeds.openOf(streamId);
  }

  async close(): Promise<void> {
    if (this.upkeep) clearInterval(this.upkeep);
    await this.feeds.closeAll();
    await Promise.all(this.beginnings);
    await this.monitors.closeAll();
  }

  private async awaitRows(records: readonly FeedRecord[]): Promise<void> {
    const begun = await this.store.read['monitor.list']();
    for (const record of records) {
      if (!record.learn) continue;
      if (begun.some(({ streamId }) => streamId === record.streamId)) await this.begun(record);
      else this.waiting.set(record.streamId, record);
    }
  }

  private stored(streamId: number): void {
    this.monitors.stored(streamId);
    this.tell(streamId);
    const record = this.waiting.get(streamId);
    if (!record) return;
    // Looked at once at a time: it is waiting again until there are enough.
    this.waiting.delete(streamId);
    const beginning = this.beginToLearn(record).catch((error: unknown) => {
      this.waiting.set(streamId, record);
      log.error(`${record.name} could not begin to learn; it is tried again`, error);
    });
    this.beginnings.add(beginning);
    void beginning.finally(() => this.beginnings.delete(beginning));
  }

  /** Which channels there are is known once the rows taken as normal are there. */
  private async beginToLearn(record: FeedRecord): Promise<void> {
    const { streamId } = record;
    const learn = record.learn!;
    const { rows, channels } = await this.store.read['stream.get'](streamId);
    const { mode } = resolveMode(learn, learn.channels?.length ?? channels.length);
    if (rows < (learn.trainRows ?? LIVE_TRAIN_ROWS[mode])) {
      this.waiting.set(streamId, record);
      return;
    }
    await this.monitors.start(streamId, learn, 'active');
    await this.begun(record);
    this.emit('stream.changed', { streamId });
  }

  private begun({ id }: FeedRecord): Promise<void> {
    return this.store.write['feed.change'](id, { learn: null });
  }

  private tellProblems(problems: readonly KeptProblem[]): void {
    for (const problem of problems) this.emit('event.changed', { source: 'data', problem });
  }

  private tell(streamId: number): void {
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
      const feeds = await this.store.read['feed.list']();
      const { retentionDays: usual } = await this.settings();
      for (const { id } of await this.store.read['stream.list']()) {
        // A recording that was imported may be as old as it likes.
        const rawDays = feeds.some(({ streamId }) => streamId === id) ? usual : null;
        await this.store.write['stream.forget'](id, Date.now(), FORGET_ROWS, rawDays);
      }
    } catch (error) {
      log.error('Old rows could not be removed; it is tried again', error);
    } finally {
      this.isForgetting = false;
    }
  }
}
