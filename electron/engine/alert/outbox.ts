/**
 * Messages on their way. What is to be sent lies in the store before it is sent and until its
 * sink has taken it: a crash in between sends it again with the same key, and forgets nothing.
 */
import type { AlertMessage, KeptSink } from '../../../shared/domain/alert.ts';
import { log } from '../log.ts';
import type { DeliveryOutcome, DueDelivery } from '../store/alert-store.ts';
import type { Store } from '../store/store-api.ts';
import { DeliveryError } from './sinks/sink.ts';

export interface OutboxHost {
  readonly store: Store;
  /** Throws what went wrong. */
  send(sink: KeptSink, message: AlertMessage): Promise<void>;
  /** Told after every attempt. */
  onAttempt(delivery: DueDelivery, outcome: DeliveryOutcome): void;
  readonly now: () => number;
  /** First pause after a failure, ms; doubles with each. */
  readonly retryMs?: number;
}

const AT_ONCE_MAX = 8;
const RETRY_MS = 2000;
const RETRY_MS_MAX = 15 * 60_000;
/** Then it stays in the log as failed, to be sent again by hand. */
const RETRY_FOR_MS = 24 * 3_600_000;
/** Clocks are set and machines sleep: it looks again at least so often. */
const LOOK_MS_MAX = 60_000;

export class Outbox {
  private readonly host: OutboxHost;
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private isWanted = false;
  private isClosed = false;

  constructor(host: OutboxHost) {
    this.host = host;
  }

  /** Something may be due. */
  wake(): void {
    this.isWanted = true;
    if (this.working || this.isClosed) return;
    this.working = this.work()
      .catch((error: unknown) => log.error('Messages could not be sent.', error))
      .finally(() => (this.working = null));
  }

  /** Waits for what is being sent; the rest stays in the store. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.working;
  }

  private async work(): Promise<void> {
    const { store, now } = this.host;
    let next: number | null = null;
    // Asked again while somebody woke it meanwhile: what came in between must not wait.
    while (this.isWanted && !this.isClosed) {
      this.isWanted = false;
      const due = await store.read['delivery.due'](now(), AT_ONCE_MAX);
      await Promise.all(due.map((delivery) => this.attempt(delivery)));
      if (due.length > 0) this.isWanted = true;
      else next = await store.read['delivery.nextDue']();
    }
    if (this.isClosed) return;
    if (this.timer) clearTimeout(this.timer);
    if (next === null) return;
    const pause = Math.min(LOOK_MS_MAX, Math.max(0, next - now()));
    this.timer = setTimeout(() => this.wake(), pause);
    this.timer.unref();
  }

  private async attempt(delivery: DueDelivery): Promise<void> {
    const { store, now, send } = this.host;
    let outcome: DeliveryOutcome;
    try {
      await send(delivery.sink, delivery.message);
      outcome = { status: 'sent', dueAt: null, doneAt: now(), error: '' };
    } catch (error) {
      outcome = afterFailure(delivery, error, now(), this.host.retryMs ?? RETRY_MS);
    }
    await store.write['delivery.done'](delivery.key, outcome);
    this.host.onAttempt(delivery, outcome);
  }
}

/** pause = min(15 min, base · 2^attempts), a quarter more or less so that not all come at once. */
export function afterFailure(
  { key, attempts, createdAt }: Pick<DueDelivery, 'key' | 'attempts' | 'createdAt'>,
  error: unknown,
  now: number,
  retryMs: number,
): DeliveryOutcome {
  const text = error instanceof Error ? error.message : String(error);
  const told = error instanceof DeliveryError ? error : null;
  const doubled = Math.min(RETRY_MS_MAX, retryMs * 2 ** attempts);
  const spread = 0.75 + (0.5 * (hashOf(key) % 1000)) / 1000;
  const pause = Math.max(told?.retryAfterMs ?? 0, doubled * spread);
  const dueAt = Math.round(now + pause);
  if (told?.isFinal || dueAt > createdAt + RETRY_FOR_MS) {
    return { status: 'failed', dueAt: null, doneAt: now, error: text };
  }
  return { status: 'waiting', dueAt, doneAt: null, error: text };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
  return hash;
}
