/**
 * Moves a closed workspace to another folder: copies it piece by piece, reads both back, and only
 * then removes the former. Whatever fails leaves the workspace where it was.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { Failure } from '../../shared/contract/failure.ts';
import type { MoveState } from '../../shared/domain/settings.ts';
import { STORE_FILE } from './store/open-store.ts';
import { refuseUnwritable } from './writable.ts';
import { workspacePlace } from './workspace-place.ts';

/** Beside what a workspace is copied, so that the disk is not filled to the last byte. */
const ROOM_BYTES = 16 * 1024 * 1024;

export type OnMove = (state: MoveState) => void;

/** Throws Failure in words, before anything is written, when the folder will not do. */
export async function checkTarget(workspace: string, folder: string): Promise<void> {
  const [from, to] = [resolve(workspace), resolve(folder)];
  if (to === from || `${to}${sep}`.startsWith(`${from}${sep}`)) {
    throw new Failure('bad-usage', `${folder} is where the workspace is, or inside it.`);
  }
  if (existsSync(join(folder, STORE_FILE))) {
    throw new Failure(
      'conflict',
      `${folder} holds another workspace already; choose an empty folder.`,
    );
  }
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Failure('bad-usage', `${folder} cannot be made: ${error.message}.`);
  });
  await refuseUnwritable(folder);
  const { size } = await stat(workspacePlace(workspace).store);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size + ROOM_BYTES) {
    throw new Failure(
      'refused',
      `The workspace needs ${mib(size + ROOM_BYTES)} MiB, but ${folder} has ` +
        `${mib(bavail * bsize)} MiB left. Choose a folder with more room.`,
    );
  }
}

/** The workspace must be closed: its store is then one whole file. Answers the new workspace. */
export async function moveWorkspace(
  workspace: string,
  folder: string,
  onMove: OnMove,
): Promise<string> {
  const { store } = workspacePlace(workspace);
  const target = join(folder, STORE_FILE);
  const beside = `${target}.moving`;
  const { size: totalBytes } = await stat(store);
  const told = (status: MoveState['status'], doneBytes: number): void =>
    onMove({ target: folder, doneBytes, totalBytes, status, failure: null });
  try {
    const sent = await copy(store, beside, (done) => told('copying', done));
    told('checking', totalBytes);
    const kept = await digestOf(beside);
    if (sent !== kept) throw new Failure('internal', `${beside} does not hold what was copied.`);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return folder;
}

/** After the moved workspace was opened where it is now. */
export async function removeMoved(workspace: string): Promise<void> {
  const { store, lock } = workspacePlace(workspace);
  for (const file of [store, `${store}-wal`, `${store}-shm`, lock]) await rm(file, { force: true });
}

async function copy(from: string, to: string, onBytes: (done: number) => void): Promise<string> {
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256');
  let done = 0;
  const count = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      hash.update(chunk);
      done += chunk.length;
      onBytes(done);
      next(null, chunk);
    },
  });
  // Kept on the disk before it is believed.
  await pipeline(createReadStream(from), count, createWriteStream(to, { flush: true }));
  return hash.digest('hex');
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
