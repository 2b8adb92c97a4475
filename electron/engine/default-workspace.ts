/** Where streams and models are kept unless told otherwise: the same place for every shell. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Beside the default workspace: says where it was moved to. */
const LOCATION_FILE = 'location.json';

/** Where the workspace was moved to; else the system's folder for an application's data. */
export function defaultWorkspace(): string {
  try {
    const { workspace } = JSON.parse(readFileSync(locationFile(), 'utf8')) as {
      workspace?: unknown;
    };
    if (typeof workspace === 'string' && workspace) return workspace;
  } catch {
    // Never moved, or a file that says nothing: both mean the usual place.
  }
  return join(dataFolder(), 'workspace');
}

/** Every shell opens this one from now on. */
export function rememberWorkspace(workspace: string): void {
  mkdirSync(dataFolder(), { recursive: true });
  const beside = `${locationFile()}.new`;
  writeFileSync(beside, JSON.stringify({ workspace }));
  renameSync(beside, locationFile());
}

/** Seals tokens where the system has no key store; stays when the workspace moves. */
export function keyFile(): string {
  return join(dataFolder(), 'secrets.key');
}

export function logFolder(): string {
  return join(dataFolder(), 'logs');
}

function locationFile(): string {
  return join(dataFolder(), LOCATION_FILE);
}

export function dataFolder(): string {
  if (process.platform === 'win32') {
    return join(process.env['APPDATA'] ?? homedir(), 'Offbeat');
  }
  if (process.platform === 'darwin') {
    return join(homedir(), 'Library', 'Application Support', 'Offbeat');
  }
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'offbeat');
}
