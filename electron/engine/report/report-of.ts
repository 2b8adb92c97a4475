/** The report of a stream's newest model, from what the store holds. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { Store } from '../store/store-api.ts';

export async function reportOf(store: Store, streamId: number): Promise<string> {
  const stream = await store.read['stream.get'](streamId);
  throw new Failure('not-found', stream.name);
}
