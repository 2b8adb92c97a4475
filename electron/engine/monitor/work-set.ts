/** What is at work in a thread until it is ended: asked again when rows come, or after a while. */
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../../shared/contract/failure.ts';

const RETRY_MS = 1000;

export interface Work {
  /** Does what there is to do; answers ms until it should be asked again, null: when rows come. */
  advance(): Promise<number | null>;
  /** Saves what it knows. */
  close(): Promise<void>;
  dispose?(): void;
}

interface AtWork {
  readonly streamId: number;
  readonly work: Work;
  readonly stop: AbortController;
  wake: () => void;
  readonly ended: Promise<void>;
}

export class WorkSet {
  private readonly atWork = new Map<string, AtWork>();

  begin(
    name: string,
    about: Pick<AtWork, 'streamId' | 'work' | 'stop'>,
    failed: (detail: string) => Promise<void>,
  ): void {
    this.atWork.set(name, {
      ...about,
      wake: () => undefined,
      ended: Promise.resolve().then(() => this.run(name, failed)),
    });
  }

  /** Resolves when it has saved its state. */
  async end(name: string): Promise<void> {
    const one = this.atWork.get(name);
    one?.stop.abort();
    one?.wake();
    await one?.ended;
  }

  /** There are new rows of the stream. */
  wake(streamId: number): void {
    for (const one of this.atWork.values()) if (one.streamId === streamId) one.wake();
  }

  private async run(name: string, failed: (detail: string) => Promise<void>): Promise<void> {
    const one = this.atWork.get(name)!;
    const { work, stop } = one;
    try {
      // What waits when it is stopped gives up, and what it knows is still saved.
      await goOn(one).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      await work.close();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (!stop.signal.aborted) await failed(detail);
    } finally {
      work.dispose?.();
      this.atWork.delete(name);
    }
  }
}

async function goOn(one: AtWork): Promise<void> {
  const { work, stop } = one;
  while (!stop.signal.aborted) {
    // Whoever wakes while it works wakes for the rows after those.
    let awake = false;
    const woken = new Promise<void>((resolve) => {
      one.wake = () => {
        awake = true;
        resolve();
      };
    });
    const waitMs = await work.advance();
    if (awake || stop.signal.aborted) continue;
    const nap = new AbortController();
    const timer =
      waitMs === null
        ? woken
        : wait(waitMs, undefined, { signal: nap.signal }).catch(() => undefined);
    await Promise.race([woken, timer]);
    nap.abort();
  }
}

/** Stored as often as it takes: a full disk may get room. */
export async function persist(stop: AbortSignal, store: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'storage') || stop.aborted) throw error;
      await wait(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
