/**
 * The built application in the browser shell, on a workspace of its own. Every test also asserts
 * that the page logged no error and broke no rule of its content security policy.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js');
const START_MS_MAX = 20_000;

export interface OpenApp {
  readonly page: Page;
  readonly workspace: string;
}

interface Fixtures {
  serveArgs: readonly string[];
  /** A workspace that is there and stays; null: a new one, removed afterwards. */
  keptWorkspace: string | null;
  app: OpenApp;
}

export const test = base.extend<Fixtures>({
  serveArgs: [[], { option: true }],
  keptWorkspace: [null, { option: true }],
  app: async ({ page, serveArgs, keptWorkspace }, use) => {
    const workspace = keptWorkspace ?? mkdtempSync(join(tmpdir(), 'offbeat-e2e-'));
    const problems = watch(page);
    const server = spawn(process.execPath, [
      CLI,
      'serve',
      '--no-open',
      '--workspace',
      workspace,
      ...serveArgs,
    ]);
    await page.goto(await addressOf(server.stdout));
    await use({ page, workspace });
    const found = [...problems, ...(await page.evaluate(() => window.cspViolations ?? []))];
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number | null];
    if (!keptWorkspace) rmSync(workspace, { recursive: true, force: true });
    expect(found, 'console errors and policy violations').toEqual([]);
    expect(code, 'the server ends by itself when asked to').toBe(0);
  },
});
export { expect };

declare global {
  interface Window {
    cspViolations?: string[];
  }
}

function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  void page.addInitScript(() => {
    window.cspViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.cspViolations!.push(`${event.violatedDirective}: ${event.blockedURI}`);
    });
  });
  return problems;
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  const found = new Promise<string>((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/\S+/.exec(text);
      if (address) resolve(address[0]);
    });
    setTimeout(() => reject(new Error(`No address was printed: ${text}`)), START_MS_MAX).unref();
  });
  return found;
}

/** Drops a file on the window as a file manager does. */
export async function dropFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], fileName));
      return data;
    },
    [name, Buffer.from(content).toString('base64')] as const,
  );
  await page.dispatchEvent('#app', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('#app', 'drop', { dataTransfer: transfer });
}

/** Messages fade in and out; what was pale only on its way is looked at once more. */
const FADED_MS_MAX = 30_000;

/** No finding of axe that is serious or critical. It cannot look where no script may run. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(async () => expect(await graveFindings(page)).toEqual([])).toPass({
    timeout: FADED_MS_MAX,
    intervals: [500],
  });
}

async function graveFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude('iframe[sandbox]').analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** The shown stretch of time in ms, as the minimap draws it: [from, to] as shares of the whole. */
export async function shownShares(page: Page): Promise<readonly [number, number]> {
  return page.evaluate(() => {
    const track = document.querySelector('.mini .track')!.getBoundingClientRect();
    const shown = document.querySelector('.mini .window')!.getBoundingClientRect();
    const share = (x: number): number => (x - track.left) / track.width;
    return [share(shown.left), share(shown.right)] as const;
  });
}
