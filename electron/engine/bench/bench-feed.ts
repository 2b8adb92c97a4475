/** A feed of the benches: rows as text, their time in ms first, then c0, c1, … */
import type { FeedState, NewFeed } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { Engine } from '../engine.ts';

export function createBenchFeed(
  engine: Engine,
  source: SourceConfig,
  channels: number,
  more: Partial<NewFeed> = {},
): Promise<FeedState> {
  const decoder: DecoderConfig = {
    ...{ kind: 'delimited', delimiter: ',', quote: '', decimal: '.', header: false },
    names: ['time', ...Array.from({ length: channels }, (_, k) => `c${k}`)],
    columns: null,
    time: { field: 'time', format: { kind: 'epoch', unit: 'ms' }, timeZone: 'UTC' },
  };
  return engine.live.create({ name: 'Bench', source, decoder, ...more });
}
