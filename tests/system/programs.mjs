/** Programs that some tests talk to: found, or brought by apt-get where that can be done. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDebianRoot } from './debian.mjs';

/** Each has the name of its package. */
export const PROGRAMS = ['socat', 'mosquitto'];

const PLACES = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/sbin',
  'C:\\Program Files\\mosquitto',
];

/** The path of a program, or null. Servers are often where no path leads. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...PLACES];
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? null;
}

/** What brings it. */
export function howToBring(name) {
  return process.platform === 'darwin' ? `brew install ${name}` : `apt-get install ${name}`;
}

/** Installs what is missing; says what is still missing, and what would bring it. */
export function bringPrograms(say = console.log) {
  const missing = PROGRAMS.filter((name) => !findProgram(name));
  if (missing.length > 0 && isDebianRoot()) {
    say(`Installing ${missing.join(' and ')} by apt-get …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Installing a server starts it; the tests start their own.
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]]) {
      spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
        env,
        stdio: 'ignore',
        timeout: 300_000,
      });
    }
  }
  for (const name of missing.filter((one) => !findProgram(one))) {
    say(`Skipped: the tests against ${name}. Bring it with: ${howToBring(name)}`);
  }
}
