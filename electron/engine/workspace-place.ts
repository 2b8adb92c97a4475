/**
 * Where a workspace's files lie. A workspace is a folder, or one file named *.offbeat with its
 * companions beside it.
 */
import { basename, dirname, extname, join } from 'node:path';
import { STORE_FILE } from './store/open-store.ts';
import { LOCK_FILE } from './store/workspace-lock.ts';

export const WORKSPACE_SUFFIX = '.offbeat';

export interface WorkspacePlace {
  /** Made when missing. */
  readonly folder: string;
  readonly store: string;
  readonly lock: string;
  readonly uploads: string;
  /** Of scheduled reports; made when the first is written. */
  readonly reports: string;
}

export function workspacePlace(path: string): WorkspacePlace {
  if (extname(path).toLowerCase() !== WORKSPACE_SUFFIX) {
    const at = (name: string): string => join(path, name);
    return {
      folder: path,
      store: at(STORE_FILE),
      lock: at(LOCK_FILE),
      uploads: at('uploads'),
      reports: at('reports'),
    };
  }
  const folder = dirname(path);
  const name = basename(path);
  return {
    folder,
    store: path,
    lock: join(folder, `.${name}.lock`),
    uploads: join(folder, `.${name}.uploads`),
    reports: join(folder, `${name} reports`),
  };
}
