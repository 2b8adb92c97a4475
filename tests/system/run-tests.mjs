/**
 * All checks and tests in one run: types, lint, format, unit and integration tests, and the browser
 * specs. `check` stops before the tests. Arguments after the command name test files to run alone.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { bringPrograms } from './programs.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);
const [command, ...filters] = process.argv.slice(2);
const results = mkdtempSync(join(tmpdir(), 'offbeat-tests-'));
const total = { passed: 0, failed: 0, skipped: 0 };

const CHECKS = [
  ['Types of shared', 'typescript', 'tsc', ['-p', 'shared']],
  ['Types of electron', 'typescript', 'tsc', ['-p', 'electron']],
  ['Types of renderer', 'vue-tsc', 'vue-tsc', ['-p', 'renderer']],
  ['Types of tests', 'typescript', 'tsc', ['-p', 'tests']],
  ['Lint', 'eslint', 'eslint', ['.']],
  ['Format', 'prettier', 'prettier', ['--check', '--log-level', 'warn', '.']],
];

if (filters.length === 0) {
  for (const [title, pkg, bin, args] of CHECKS) {
    const ok = (await node(title, [binOf(pkg, bin), ...args])) === 0;
    total[ok ? 'passed' : 'failed']++;
  }
}
if (command === 'test') {
  const chromium = findChromium();
  const env = chromium.path ? { OFFBEAT_CHROMIUM: chromium.path } : {};
  console.log(chromium.path ? `Chromium: ${chromium.path} (${chromium.how})` : 'Chromium: none');
  bringPrograms();
  await vitest(env);
  await playwright(env, chromium);
}
rmSync(results, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function vitest(env) {
  const unit = filters.filter((filter) => !filter.includes('.spec'));
  if (filters.length > 0 && unit.length === 0) return;
  const died = await vitestOnce(env, unit);
  if (died.length === 0) return;
  for (const { path, signal } of died) {
    console.log(`${path}: its process was ended by ${signal}, not by a test; it runs once more.`);
  }
  const again = await vitestOnce(
    env,
    died.map(({ path }) => path),
  );
  total.failed += again.length;
}

/** Answers the test files whose process died; they are counted neither as passed nor as failed. */
async function vitestOnce(env, files) {
  const file = join(results, 'vitest.json');
  const diedFile = join(results, 'died.json');
  const reporters = [
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    `--reporter=${join(import.meta.dirname, 'died-files.mjs')}`,
  ];
  const args = [binOf('vitest', 'vitest'), 'run', ...reporters, ...files];
  const code = await node('Tests', args, { ...env, OFFBEAT_DIED: diedFile });
  const died = existsSync(diedFile) ? JSON.parse(readFileSync(diedFile, 'utf8')) : [];
  rmSync(diedFile, { force: true });
  const isDead = ({ name }) => died.some(({ path }) => path === name);
  count(died.length > 0 ? 0 : code, file, (report) => ({
    passed: report.numPassedTests,
    // A file that could not be loaded has failed though none of its tests did.
    failed:
      report.numFailedTests +
      report.testResults.filter((one) => {
        return one.status === 'failed' && one.assertionResults.length === 0 && !isDead(one);
      }).length,
    skipped: report.numPendingTests,
  }));
  return died;
}

async function playwright(env, chromium) {
  const specs = filters.filter((filter) => filter.includes('.spec'));
  if (filters.length > 0 && specs.length === 0) return;
  const bin = binOf('@playwright/test', 'playwright');
  const config = ['test', '--config', join('tests', 'e2e', 'playwright.config.ts'), ...specs];
  if (!chromium.path) {
    await node('Browser specs', [bin, ...config, '--list']);
    console.log(`Skipped: these need a Chromium. Bring one with: ${chromium.how}`);
    total.skipped++;
    return;
  }
  if (!existsSync(join(ROOT, 'node_modules', 'electron', 'path.txt'))) {
    console.log(
      'Skipped: the desktop specs on Electron itself; its program is not installed. They run on ' +
        'the stand-in. Bring it with: node node_modules/electron/install.js',
    );
  }
  const file = join(results, 'playwright.json');
  const code = await node('Browser specs', [bin, ...config], { ...env, OFFBEAT_RESULTS: file });
  count(code, file, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }));
}

/** Adds a runner's own counts; a runner that died without any has failed. */
function count(code, file, read) {
  try {
    const counts = read(JSON.parse(readFileSync(file, 'utf8')));
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (code !== 0 && counts.failed === 0) total.failed++;
  } catch {
    total.failed++;
  }
}

/** The script behind a package's command. */
function binOf(pkg, name) {
  const manifest = require.resolve(`${pkg}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[name]);
}

/** Runs a script by this Node under a headline; answers its exit code. */
function node(title, args, env = {}) {
  const started = Date.now();
  console.log(`\n${title} …`);
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${title}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
      resolve(code ?? 1);
    });
  });
}
