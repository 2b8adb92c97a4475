/** Pieces of bytes, and waiting that a signal ends. */
import { setTimeout as wait } from 'node:timers/promises';
import type { SourcePiece } from './source.ts';

const NOTHING = new Uint8Array(0);

/** Bytes of a stream that goes on. */
export function streamPiece(content: Uint8Array, origin: string): SourcePiece {
  return { content, arrived: Date.now(), origin, complete: false, subject: '' };
}

/** The stream of this origin is over. */
export function streamEnd(origin: string): SourcePiece {
  return { content: NOTHING, arrived: Date.now(), origin, complete: true, subject: '' };
}

/** A whole message. */
export function messagePiece(content: Uint8Array, origin: string, subject = ''): SourcePiece {
  return { content, arrived: Date.now(), origin, complete: true, subject };
}

/** Waits; ends early, without an error, when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
