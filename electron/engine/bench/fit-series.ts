/** Which labelled recordings can be scored at all. */
import { Failure } from '../../../shared/contract/failure.ts';
import { TRAIN_ROWS_MIN } from '../../../shared/detect/spec.ts';
import type { Series } from './series.ts';

/** Throws Failure bad-input saying what was found and expected. */
export function requireFit({ t, trainRows }: Series): void {
  if (trainRows < TRAIN_ROWS_MIN) {
    throw new Failure(
      'bad-input',
      `of ${t.length} rows ${trainRows} are learnt from; at least ${TRAIN_ROWS_MIN} are needed`,
    );
  }
  if (t.length <= trainRows) {
    throw new Failure(
      'bad-input',
      `there are ${t.length} rows and the first ${trainRows} are learnt from; more were expected`,
    );
  }
}
