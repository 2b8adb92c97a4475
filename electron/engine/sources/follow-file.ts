/** A file that another program writes to: new lines as they come, through rotation and cuts. */
import { resolve } from 'node:path';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { FileTail } from './file-tail.ts';
import { sleep } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece } from './source.ts';
import { createStatusTeller } from './status-teller.ts';

export type FileConfig = Extract<SourceConfig, { kind: 'file' }>;

export function createFollowFileSource(
  config: FileConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const path = resolve(config.path);
  return {
    read: async function* (signal) {
      const position = host.resume(path);
      const tail = new FileTail(path, path, position, limits);
      let skip = position === null && config.from === 'end';
      const tell = createStatusTeller(host);
      tell('connecting', path);
      try {
        while (!signal.aborted) {
          try {
            if (skip) await tail.skipToEnd();
            skip = false;
            for await (const piece of until(signal, tail.news())) {
              tell('open', path);
              yield piece;
            }
            tell('open', path);
          } catch (error) {
            tell('waiting', `${reasonOf(error)}; ${path} is looked for again and again`);
          }
          await sleep(limits.filePollMs, signal);
        }
      } finally {
        await tail.close();
      }
      host.status('ended', path);
    },
  };
}

/** The pieces until the signal aborts; none is read and then not handed on. */
export async function* until(
  signal: AbortSignal,
  pieces: AsyncGenerator<SourcePiece>,
): AsyncGenerator<SourcePiece> {
  for await (const piece of pieces) {
    yield piece;
    if (signal.aborted) return;
  }
}

/** In words where the file system has only codes. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'It may not be read';
  if (code === 'EBUSY') return 'Another program has locked it';
  return message ?? String(error);
}
