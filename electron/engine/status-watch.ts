/** Keeps the one look at how it goes true: what is recorded, which events nobody has settled. */
import type { ApiEvents } from '../../shared/contract/api.ts';
import type { SourceStatus } from '../../shared/domain/feed.ts';
import type { EngineStatus } from '../../shared/domain/status.ts';
import type { Engine, EventListener } from './engine.ts';
import { log } from './log.ts';

/** Changes come in bursts; the tray needs no more. */
const SETTLE_MS = 300;
const TELLING = new Set<keyof ApiEvents>(['feed.changed', 'event.changed', 'stream.changed']);
const RECORDING: ReadonlySet<SourceStatus> = new Set(['connecting', 'open', 'waiting']);

/** Tells of a status that differs from the one before. */
export function createStatus(emit: EventListener): Pick<Engine, 'status' | 'setStatus'> {
  let status: EngineStatus = { recording: 0, openEvents: 0, worst: null };
  return {
    status: () => status,
    setStatus: (part) => {
      const next = { ...status, ...part };
      if (JSON.stringify(next) === JSON.stringify(status)) return;
      status = next;
      emit('status.changed', next);
    },
  };
}

export interface StatusWatch {
  /** Every event of the engine comes by here: it is no listener, which a window would be. */
  heard(event: keyof ApiEvents): void;
  stop(): void;
}

export function watchStatus(engine: Engine): StatusWatch {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const look = async (): Promise<void> => {
    timer = null;
    const feeds = await engine.live.feeds.list();
    const { count, worst } = await engine.store.read['event.unsettled']();
    const recording = feeds.filter(({ status }) => RECORDING.has(status)).length;
    engine.setStatus({ recording, openEvents: count, worst });
  };
  const soon = (): void => {
    if (isStopped) return;
    timer ??= setTimeout(() => {
      look().catch((error: unknown) => {
        if (!isStopped) log.error('How it goes could not be read', error);
      });
    }, SETTLE_MS).unref();
  };
  soon();
  return {
    heard: (event) => {
      if (TELLING.has(event)) soon();
    },
    stop: () => {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

/** The computer slept, ms: a gap in every stream that was being recorded. */
export async function noteSleep(engine: Engine, from: number, to: number): Promise<void> {
  engine.emit('computer.slept', { from, to });
  const gap = { kind: 'gap', channel: '', start: from, end: to, found: to - from } as const;
  const report = { ...gap, expected: 0, detail: 'The computer slept.', isOpen: false };
  for (const { streamId, status } of await engine.live.feeds.list()) {
    if (!RECORDING.has(status)) continue;
    const problems = await engine.store.write['problem.put'](streamId, [report]);
    for (const problem of problems) engine.emit('event.changed', { source: 'data', problem });
  }
}
