/** Recognisers at work on streams that are being filled, in the thread that scores. */
import type { Client } from '../../../shared/contract/client.ts';
import type { KeptProblem } from '../../../shared/domain/kept-event.ts';
import { activityProblems } from '../activity/activity-problems.ts';
import { columnsOf } from '../activity/read-stretches.ts';
import type { RecognisedStream, SegmentCommit } from '../store/activity-store.ts';
import type { Store } from '../store/store-api.ts';
import type { MonitorOrders } from './monitor-wire.ts';

export interface RibbonListener {
  /** Segments of the stream were stored. */
  segments(streamId: number): void;
  problems(problems: readonly KeptProblem[]): void;
}

export class Ribbons {
  private readonly store: Store;
  private readonly thread: () => Pick<Client<MonitorOrders>, 'call'>;
  private readonly listener: RibbonListener;
  private readonly atWork = new Set<number>();
  /** By stream: what was told last, as it was. */
  private readonly told = new Map<number, string>();

  constructor(store: Store, thread: Ribbons['thread'], listener: RibbonListener) {
    this.store = store;
    this.thread = thread;
    this.listener = listener;
  }

  /** Takes up what is active on streams with a feed; `only`: these streams. */
  async openAll(only?: readonly number[]): Promise<void> {
    const feeds = await this.store.read['feed.list']();
    for (const record of await this.store.read['recogniser.atWork']()) {
      const isFilled = feeds.some(({ streamId }) => streamId === record.streamId);
      if (isFilled && (only?.includes(record.streamId) ?? true)) await this.open(record);
    }
  }

  /** Resolves when it has saved its state. */
  async closeOf(streamId: number): Promise<void> {
    if (!this.atWork.delete(streamId)) return;
    await this.thread()
      .call('rest', streamId)
      .catch(() => undefined);
  }

  async closeAll(): Promise<void> {
    for (const streamId of [...this.atWork]) await this.closeOf(streamId);
  }

  /** The thread is gone: another one takes all up. */
  async reopen(): Promise<void> {
    const streams = [...this.atWork];
    this.atWork.clear();
    await this.openAll(streams);
  }

  async commit(streamId: number, recogniserId: number, commit: SegmentCommit): Promise<void> {
    await this.store.write['segment.commit'](streamId, recogniserId, commit);
    this.listener.segments(streamId);
    await this.judge(streamId, commit.from);
  }

  /** What the machine did otherwise than ever before, from the segment before `from` on. */
  private async judge(streamId: number, from: number): Promise<void> {
    const { read, write } = this.store;
    const card = await read['recogniser.active'](streamId);
    if (!card) return;
    const range = { from: from - 1, to: Number.MAX_SAFE_INTEGER };
    const found = activityProblems(await read['segment.list'](streamId, range), card, true);
    const told = JSON.stringify(found);
    if (told === (this.told.get(streamId) ?? '[]')) return;
    this.told.set(streamId, told);
    this.listener.problems(await write['problem.put'](streamId, found));
  }

  async failed(streamId: number, detail: string): Promise<void> {
    this.atWork.delete(streamId);
    const now = Date.now();
    const about = { kind: 'model', channel: '', start: now, end: now, detail } as const;
    const problem = { ...about, found: 0, expected: 0, isOpen: false };
    this.listener.problems(await this.store.write['problem.put'](streamId, [problem]));
  }

  private async open({ streamId, recogniserId, readTo }: RecognisedStream): Promise<void> {
    if (this.atWork.has(streamId)) return;
    this.atWork.add(streamId);
    const { read } = this.store;
    const stream = await read['stream.get'](streamId);
    const { channels } = await read['recogniser.get'](recogniserId);
    await this.thread().call('recognise', {
      ...{ streamId, recogniserId, readTo, periodMs: stream.periodMs },
      columns: columnsOf(stream, channels),
      checkpoint: await read['recogniser.checkpoint'](recogniserId),
      saved: await read['recogniser.state'](streamId),
    });
  }
}
