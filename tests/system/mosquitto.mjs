/** Finds a Mosquitto broker for the tests, or brings one, or says how. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const PLACES = {
  linux: ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'],
  darwin: ['/opt/homebrew/sbin/mosquitto', '/usr/local/sbin/mosquitto'],
  win32: ['C:\\Program Files\\mosquitto\\mosquitto.exe'],
};

/** @returns {{ path: string | null, how: string }} */
export function findMosquitto() {
  const places = PLACES[process.platform] ?? [];
  const find = () => places.find((path) => existsSync(path)) ?? null;
  const installed = find();
  if (installed) return { path: installed, how: 'installed' };
  if (!isDebianRoot()) return { path: null, how: 'apt-get install mosquitto' };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'mosquitto']]) {
    spawnSync('apt-get', [...wait, ...args], { env, stdio: 'ignore', timeout: 180_000 });
  }
  return { path: find(), how: 'apt-get install mosquitto' };
}

function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}
