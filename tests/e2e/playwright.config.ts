import { defineConfig } from '@playwright/test';

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

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: true,
  reporter: results ? [['list'], ['json', { outputFile: results }]] : [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-US',
    launchOptions: { executablePath: process.env['OFFBEAT_CHROMIUM'], args: ARGS },
  },
});
