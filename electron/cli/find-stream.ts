/** A stream of a workspace, as people name it on a command line. */
import { Failure } from '../../shared/contract/failure.ts';
import type { StreamInfo } from '../../shared/domain/stream.ts';
import type { Store } from '../engine/store/store-api.ts';

/** By name, else by number. Throws Failure in words when none or several answer to it. */
export async function findStream(store: Pick<Store, 'read'>, asked: string): Promise<StreamInfo> {
  const streams = await store.read['stream.list']();
  const named = streams.filter(({ name }) => name === asked);
  const found = named.length > 0 ? named : streams.filter(({ id }) => String(id) === asked);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const numbers = found.map(({ id }) => id).join(', ');
    throw new Failure(
      'bad-usage',
      `${found.length} streams are called ${asked}; give the number of one: ${numbers}.`,
    );
  }
  const known = streams.map(({ id, name }) => `${name} (${id})`).join(', ') || 'none';
  throw new Failure('not-found', `There is no stream ${asked}; this workspace holds ${known}.`);
}
