/** May packages be installed by apt-get here? */
import { existsSync, readFileSync } from 'node:fs';

export function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}
