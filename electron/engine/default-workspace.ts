/** Where streams and models are kept unless told otherwise: the same place for every shell. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The system's folder for an application's data. */
export function defaultWorkspace(): string {
  if (process.platform === 'win32') {
    return join(process.env['APPDATA'] ?? homedir(), 'Offbeat', 'workspace');
  }
  if (process.platform === 'darwin') {
    return join(homedir(), 'Library', 'Application Support', 'Offbeat', 'workspace');
  }
  const data = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return join(data, 'offbeat', 'workspace');
}
