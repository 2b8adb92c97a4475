/** Finds a Chromium for the tests, or brings one, or says how. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDebianRoot } from './debian.mjs';

const BRING = 'npx playwright install chromium';

/** @returns {{ path: string | null, how: string }} how: where from, or what would bring it. */
export function findChromium(say = console.log) {
  const named = namedBrowser();
  if (named) return { path: named, how: 'named by the environment' };
  const installed = installedBrowsers().find((path) => existsSync(path));
  if (installed) {
    if (isDebianRoot() && !hasMesa()) installByApt(say);
    return { path: installed, how: 'installed' };
  }
  const cached = playwrightBrowser();
  if (cached) return { path: cached, how: "Playwright's" };
  if (isDebianRoot()) return installByApt(say);
  say('No Chromium is installed; asking Playwright for one …');
  spawnSync('npx', ['playwright', 'install', 'chromium'], {
    stdio: 'ignore',
    timeout: 180_000,
    shell: process.platform === 'win32',
  });
  const fetched = playwrightBrowser();
  return fetched ? { path: fetched, how: "Playwright's" } : { path: null, how: BRING };
}

/** One that is there already, or null: for tests run by themselves. */
export function installedChromium() {
  const found = [namedBrowser(), ...installedBrowsers(), playwrightBrowser()];
  return found.find((path) => path && existsSync(path)) ?? null;
}

function namedBrowser() {
  const named = process.env.OFFBEAT_CHROMIUM ?? process.env.CHROME_PATH;
  return named && existsSync(named) ? named : null;
}

function installedBrowsers() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(
      (key) => process.env[key],
    );
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return roots.filter(Boolean).flatMap((root) => programs.map((program) => join(root, program)));
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
  ];
  return names.map((name) => `/usr/bin/${name}`);
}

function playwrightBrowser() {
  const code = "process.stdout.write(require('playwright').chromium.executablePath())";
  const { stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  return stdout && existsSync(stdout) ? stdout : null;
}

/** Mesa's llvmpipe draws without a graphics card. */
const MESA = ['libegl1', 'libegl-mesa0', 'libgl1-mesa-dri', 'libgles2'];

function hasMesa() {
  return spawnSync('dpkg', ['-s', ...MESA], { stdio: 'ignore' }).status === 0;
}

function installByApt(say) {
  say('Installing Debian’s Chromium and Mesa by apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', 'chromium', ...MESA];
  for (const args of [['update'], install]) {
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const path = installedBrowsers().find((candidate) => existsSync(candidate)) ?? null;
  return path
    ? { path, how: 'installed by apt-get' }
    : { path: null, how: `apt-get install chromium ${MESA.join(' ')}` };
}
