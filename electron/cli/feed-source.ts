/** An address on the command line as a source. */
import { Failure } from '../../shared/contract/failure.ts';
import { parseFeedUrl } from '../../shared/domain/feed-url.ts';
import type { SourceConfig } from '../../shared/domain/feed.ts';

/** Throws Failure bad-usage saying what was found and what was expected. */
export function feedSource(url: string): SourceConfig {
  try {
    return parseFeedUrl(url);
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('bad-usage', error.message);
    throw error;
  }
}
