/** The source that a config describes. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createFollowFileSource } from './follow-file.ts';
import { SOURCE_LIMITS, type SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';
import { createTcpListenSource } from './tcp-listen.ts';
import { createTcpSource } from './tcp.ts';

/** Throws Failure bad-usage for a config that can never work. */
export function createSource(
  config: SourceConfig,
  host: SourceHost,
  limits: SourceLimits = SOURCE_LIMITS,
): Source {
  switch (config.kind) {
    case 'file':
      return createFollowFileSource(config, host, limits);
    case 'tcp':
      return createTcpSource(config, host, limits);
    case 'tcp-listen':
      return createTcpListenSource(config, host, limits);
    default:
      throw new Failure('bad-usage', `No source reads ${config.kind} yet.`);
  }
}
