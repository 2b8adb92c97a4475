/** What a learning run that failed tells its user. */
import { Failure, type FailureCode } from '../../../shared/contract/failure.ts';

const OUT_OF_MEMORY =
  'The training needs more memory than this machine gives. Choose fewer channels, or a shorter ' +
  'normal range; closing other programs may help too.';

/** What V8 says when there is no room for an array. */
const NO_ROOM = /allocation failed|invalid (typed )?array (buffer )?length/i;

/** A thread that ran out of its share of memory says so by a code. */
export function threadFailure(error: Error & { readonly code?: string }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new Failure('bad-input', OUT_OF_MEMORY);
}

/** The maths refuses by RangeError, which is the user's input to mend. */
export function failureOf(error: unknown): { code: FailureCode; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (error instanceof RangeError) {
    return {
      code: 'bad-input',
      message: NO_ROOM.test(error.message) ? OUT_OF_MEMORY : error.message,
    };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: detail };
}
