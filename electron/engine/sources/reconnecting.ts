/** Connects again and again, waiting longer each time, until the signal aborts. */
import { Failure } from '../../../shared/contract/failure.ts';
import { sleep, streamEnd } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { SourceHost, SourcePiece } from './source.ts';

/**
 * One connection: calls `opened` once it stands, yields what comes and returns when the other side
 * closes. Throws Failure where trying again cannot help, and any other error where it may.
 */
export type Session = (signal: AbortSignal, opened: () => void) => AsyncIterable<SourcePiece>;

/** `what` names the other side in the status, such as "tcp://192.168.0.7:4001". */
export async function* reconnecting(
  what: string,
  session: Session,
  signal: AbortSignal,
  host: SourceHost,
  limits: SourceLimits,
): AsyncGenerator<SourcePiece> {
  let failures = 0;
  let connections = 0;
  while (!signal.aborted) {
    host.status('connecting', what);
    let last: SourcePiece | null = null;
    let reason = 'The other side closed the connection';
    try {
      const opened = (): void => {
        host.status('open', what);
        if (connections++ > 0) host.reconnected();
      };
      for await (const piece of session(signal, opened)) {
        failures = 0;
        last = piece;
        yield piece;
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      reason = error instanceof Error ? error.message || error.name : String(error);
    }
    if (last && !last.complete) yield streamEnd(last.origin);
    if (signal.aborted) break;
    const waitMs = backOffMs(failures++, limits);
    host.status('waiting', `${reason}; ${what} is tried again in ${(waitMs / 1000).toFixed(1)} s`);
    await sleep(waitMs, signal);
  }
  host.status('ended', what);
}

/** Doubles up to a longest wait; half of it is random, so that many do not return at once. */
export function backOffMs(failures: number, limits: SourceLimits, random = Math.random): number {
  const longest = Math.min(limits.retryMaxMs, limits.retryFirstMs * 2 ** Math.min(failures, 30));
  return longest / 2 + (random() * longest) / 2;
}
