/** Writes a file beside its place and renames it: a reader sees the old or the whole new one. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../shared/contract/failure.ts';

/** Throws Failure bad-usage when the place cannot be written. */
export async function writeBeside(
  file: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const path = resolve(file);
  const beside = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(beside));
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    if (error instanceof Failure) throw error;
    throw new Failure(
      'bad-usage',
      `${file} cannot be written: ${(error as Error).message}. Check the folder ${dirname(path)}.`,
    );
  }
}
