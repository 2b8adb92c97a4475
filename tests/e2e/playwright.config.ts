import { defineConfig } from '@playwright/test';
import type { Kind } from '../electron/desktop.ts';

const results = process.env['OFFBEAT_RESULTS'];

/** Flags without which a Chromium in a closed network, run as root, fails or looks outside. */
const ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig<{ kind: Kind }>({
  testDir: '.',
  outputDir: '../../test-results',
  timeout: 90_000,
  expect: {
    timeout: 15_000,
    // Other fonts and another rasteriser shall pass; another layout shall not.
    toHaveScreenshot: { threshold: 0.25, maxDiffPixelRatio: 0.04, scale: 'css' },
  },
  snapshotPathTemplate: '{testDir}/references/{arg}{ext}',
  workers: 1,
  forbidOnly: true,
  projects: [
    { name: 'browser', testIgnore: 'desktop/**/*.spec.ts' },
    // The desktop application: without Electron's program, and with it where it is installed.
    { name: 'stand-in', testMatch: 'desktop/**/*.spec.ts', use: { kind: 'stand-in' } },
    { name: 'electron', testMatch: 'desktop/**/*.spec.ts', use: { kind: 'electron' } },
  ],
  reporter: results ? [['list'], ['json', { outputFile: results }]] : [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-US',
    launchOptions: { executablePath: process.env['OFFBEAT_CHROMIUM'], args: ARGS },
  },
});
