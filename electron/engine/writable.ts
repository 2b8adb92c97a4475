/** Tells in words, before anything is opened, that a data folder cannot be written or is full. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../shared/contract/failure.ts';

/** The least that a workspace needs to be opened and closed again in good order. */
export const ROOM_BYTES_MIN = 1024 * 1024;

/** Really writes as much as is needed: neither permissions nor quotas can be asked for reliably. */
export async function refuseUnwritable(folder: string): Promise<void> {
  const probe = join(folder, `.offbeat-room-${process.pid}`);
  try {
    const handle = await open(probe, 'w');
    try {
      await handle.writeFile(new Uint8Array(ROOM_BYTES_MIN));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Failure('refused', unwritableWords(folder, error as NodeJS.ErrnoException));
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

export function unwritableWords(folder: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return (
      `The disk of the data folder ${folder} is full: not even ${ROOM_BYTES_MIN / 1024} KiB can ` +
      'be written. Free some space, or choose another folder.'
    );
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return (
      `The data folder ${folder} is read-only for this account (${code}). Allow writing to it, ` +
      'or choose another folder.'
    );
  }
  return `The data folder ${folder} cannot be written: ${message}. Choose another folder.`;
}
