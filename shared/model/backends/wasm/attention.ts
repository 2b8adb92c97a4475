import type { Attention, Kernel } from '../../backend.ts';
import { own, ownWeight } from './tensors.ts';
import type { Workshop } from './workshop.ts';

export function attention(shop: Workshop, terms: Attention): Kernel {
  const keys = own(terms.keys);
  const memory = own(terms.memory);
  const y = own(terms.y);
  const v = ownWeight(terms.v);
  const query = terms.query && own(terms.query);
  const a = shop.room(keys, (s) => keys.floats(s));
  const α = shop.room(keys, (s) => keys.rows(s));
  const ds = shop.room(keys, () => keys.T);
  v.share(y.shards.length);
  const sizes = (s: number): readonly number[] => [
    ...[keys.T, keys.shards[s].rows, keys.ld, memory.ld],
  ];
  return {
    forward: () => {
      shop.each(y, 'attentionForward', (s) => [
        ...sizes(s),
        ...[keys.value[s], query ? query.value[s] : 0, v.value, memory.value[s]],
        ...[a[s], α[s], y.value[s]],
      ]);
    },
    backward: () => {
      shop.ready(y);
      for (const into of [keys, memory, query]) if (into?.hasGradient) shop.ready(into);
      shop.each(y, 'attentionBackward', (s) => [
        ...sizes(s),
        ...[v.value, memory.value[s], a[s], α[s], y.gradient[s]],
        keys.hasGradient ? keys.gradient[s] : 0,
        query?.hasGradient ? query.gradient[s] : 0,
        memory.hasGradient ? memory.gradient[s] : 0,
        ...[v.gradient(s), ds[s]],
      ]);
    },
  };
}
