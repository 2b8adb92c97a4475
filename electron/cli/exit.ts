/** What a command tells its caller by its exit code. */
import type { FailureCode } from '../../shared/contract/failure.ts';

export const EXIT = { done: 0, internal: 1, badUsage: 2, badInput: 3, cancelled: 130 } as const;

export function exitCodeOf(code: FailureCode): number {
  if (code === 'bad-usage') return EXIT.badUsage;
  if (code === 'bad-input' || code === 'not-found' || code === 'conflict') return EXIT.badInput;
  return code === 'cancelled' ? EXIT.cancelled : EXIT.internal;
}
