/** What the command line of a start asks for; a second start hands its own to the first. */
import { accessSync, constants } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kindOfFile } from './opened-file.ts';

/** What a file manager may hand over. */
const OPENABLE = new Set(['.csv', '.tsv', '.txt', '.offbeat']);

export interface StartOptions {
  readonly demo: boolean;
  /** As given, absolute; null for the usual one. */
  readonly workspace: string | null;
  /** Begins in the tray, as at login. */
  readonly hidden: boolean;
  /** Absolute paths of files to open, a workspace among them too. */
  readonly files: readonly string[];
}

/** `argv` as of a process, `folder` where it was started. */
export function startOptions(argv: readonly string[], folder: string): StartOptions {
  const { values, positionals } = parseArgs({
    // Packed there is no script before the arguments; unpacked its path is a mere positional.
    args: argv.slice(1),
    // Electron and the system put switches of their own among these.
    strict: false,
    allowPositionals: true,
    options: {
      demo: { type: 'boolean', default: false },
      workspace: { type: 'string' },
      hidden: { type: 'boolean', default: false },
    },
  });
  const { workspace } = values;
  const named = typeof workspace === 'string' ? resolve(folder, workspace) : null;
  const given = positionals.map((path) => resolve(folder, path)).filter(isOpenable);
  const isWorkspace = (path: string): boolean => kindOfFile(path) === 'workspace';
  return {
    demo: values.demo === true,
    workspace: named ?? given.find(isWorkspace) ?? null,
    hidden: values.hidden === true,
    files: given,
  };
}

function isOpenable(path: string): boolean {
  if (!OPENABLE.has(extname(path).toLowerCase())) return false;
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
