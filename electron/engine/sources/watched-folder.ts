/** A folder that files appear in: each is read from its start and followed while it grows. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { FileTail } from './file-tail.ts';
import { reasonOf, until } from './follow-file.ts';
import { sleep } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece } from './source.ts';
import { createStatusTeller } from './status-teller.ts';

export type FolderConfig = Extract<SourceConfig, { kind: 'folder' }>;

interface Seen {
  readonly tail: FileTail;
  size: number;
  mtimeMs: number;
}

export function createFolderSource(
  config: FolderConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const folder = resolve(config.path);
  return {
    read: async function* (signal) {
      const seen = new Map<string, Seen>();
      const tell = createStatusTeller(host);
      tell('connecting', folder);
      try {
        while (!signal.aborted) {
          try {
            const files = await filesIn(folder, config.pattern, limits);
            const listed = new Set(files.map(({ name }) => name));
            for (const name of [...seen.keys()]) if (!listed.has(name)) await forget(seen, name);
            tell('open', `${folder}, ${files.length} files like ${config.pattern}`);
            for (const file of files) {
              if (signal.aborted) break;
              yield* until(signal, newsOf(folder, file, seen, host, limits));
            }
          } catch (error) {
            tell('waiting', `${reasonOf(error)}; ${folder} is looked for again and again`);
          }
          await sleep(limits.folderPollMs, signal);
        }
      } finally {
        for (const name of [...seen.keys()]) await forget(seen, name);
      }
      host.status('ended', folder);
    },
  };
}

/** A file as the folder lists it. */
interface Listed {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Those that match, the ones written first before the others. */
async function filesIn(folder: string, pattern: string, limits: SourceLimits): Promise<Listed[]> {
  const matches = globOf(pattern);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && matches.test(entry.name));
  const files: Listed[] = [];
  for (const { name } of names.slice(0, limits.folderFilesMax)) {
    const stats = await stat(join(folder, name)).catch(() => null);
    if (stats?.isFile()) files.push({ name, size: stats.size, mtimeMs: stats.mtimeMs });
  }
  return files.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
}

/** * is any characters, ? is one. */
export function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is');
}

async function* newsOf(
  folder: string,
  { name, size, mtimeMs }: Listed,
  all: Map<string, Seen>,
  host: SourceHost,
  limits: SourceLimits,
): AsyncGenerator<SourcePiece> {
  const path = join(folder, name);
  const known = all.get(name);
  const file = known ?? {
    tail: new FileTail(path, path, host.resume(path), limits),
    size: -1,
    mtimeMs: -1,
  };
  all.set(name, file);
  const changed = file.size !== size || file.mtimeMs !== mtimeMs;
  if (!changed && file.tail.isFinished) return file.tail.close();
  // It may be gone or locked by now; then it is looked at in the next round.
  try {
    yield* file.tail.news();
    Object.assign(file, { size, mtimeMs });
  } catch (error) {
    host.status('open', `${reasonOf(error)}: ${path}`);
  }
}

async function forget(all: Map<string, Seen>, name: string): Promise<void> {
  await all.get(name)!.tail.close();
  all.delete(name);
}
