/**
 * A page as PDF by a Chromium that is installed. The desktop app prints by its own; this is for
 * where there is none.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Failure } from '../../../shared/contract/failure.ts';

/** HTML that needs nothing from outside in, bytes of a PDF out. */
export type PrintPdf = (html: string) => Promise<Uint8Array>;

const TIMEOUT_MS = 120_000;

/** Throws Failure not-found, in words, when no browser is installed. */
export const printByChromium: PrintPdf = async (html) => {
  const browser = findBrowser();
  if (!browser) {
    throw new Failure(
      'not-found',
      'A PDF is printed by Chrome, Chromium or Edge, and none was found here. Install one, name ' +
        'it in OFFBEAT_CHROMIUM, or save the report as HTML.',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-pdf-'));
  try {
    const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html);
    await promisify(execFile)(browser, [...argumentsFor(folder, pdf), pathToFileURL(page).href], {
      timeout: TIMEOUT_MS,
    });
    return new Uint8Array(await readFile(pdf));
  } catch (error) {
    throw new Failure(
      'internal',
      `${browser} did not print the report: ${(error as Error).message.split('\n')[0]}. ` +
        'Save it as HTML and print that.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

function argumentsFor(folder: string, pdf: string): string[] {
  // Chromium's sandbox does not start for root; the page is ours and lets no script run.
  const isRoot = process.getuid?.() === 0;
  return [
    ...['--headless', '--disable-gpu', '--no-first-run', '--disable-extensions'],
    ...(isRoot ? ['--no-sandbox'] : []),
    ...['--no-pdf-header-footer', '--disable-background-networking'],
    ...[`--user-data-dir=${join(folder, 'profile')}`, `--print-to-pdf=${pdf}`],
  ];
}

/** The one that is named, else an installed one; null when there is none. */
export function findBrowser(): string | null {
  const named = process.env['OFFBEAT_CHROMIUM'] ?? process.env['CHROME_PATH'];
  return [...(named ? [named] : []), ...usualPlaces()].find((path) => existsSync(path)) ?? null;
}

function usualPlaces(): string[] {
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
    return roots.flatMap((root) => (root ? programs.map((program) => join(root, program)) : []));
  }
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
    .flatMap((name) => [`/usr/bin/${name}`, `/snap/bin/${name}`])
    .concat('/opt/google/chrome/chrome');
}
