/** The ways in for a file: argument, menu and dialog, drop; recordings, workspaces, bundles. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT, type Desktop } from '../../electron/desktop.ts';
import { dropFile } from '../app.ts';
import { callEngine, chooseMenu, csvOf, expect, test } from './app.ts';

test('opens a CSV by argument, by dialog and by drop', async ({ start, home }) => {
  const file = (name: string, rows: number): string => {
    const path = join(home, name);
    writeFileSync(path, csvOf(rows));
    return path;
  };
  const desktop = await start({ args: [file('argument.csv', 40)] });
  const page = await desktop.page();
  await expect(page.getByRole('heading', { name: 'Import argument.csv' })).toBeVisible();
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByRole('heading', { name: 'argument', exact: true })).toBeVisible();

  await answerDialog(desktop, file('dialog.csv', 50));
  await chooseMenu(desktop, 'open');
  await expect(page.getByRole('heading', { name: 'Import dialog.csv' })).toBeVisible();
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByRole('heading', { name: 'dialog', exact: true })).toBeVisible();

  await dropFile(page, 'dropped.csv', csvOf(60));
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByRole('heading', { name: 'dropped', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.locator('.card')).toHaveCount(3);
});

test('opens a workspace file and a workspace folder', async ({ start, home }) => {
  const plant = join(home, 'plant.offbeat');
  writeFileSync(plant, '');
  const desktop = await start({ args: [plant] });
  const page = await desktop.page();
  const workspace = async (): Promise<string> => {
    await chooseMenu(desktop, 'settings');
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
    return page.locator('.what', { hasText: 'Data folder' }).innerText();
  };
  await expect.poll(workspace).toContain('plant.offbeat');

  const folder = join(home, 'elsewhere');
  mkdirSync(folder);
  await answerDialog(desktop, folder);
  await chooseMenu(desktop, 'openWorkspace');
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  await expect.poll(workspace).toContain('elsewhere');
});

test('opens a bundle by double click, dialog and drop, and keeps nothing of it', async ({
  start,
  home,
}) => {
  const bundle = makeBundle(home);
  const before = readFileSync(bundle);
  const isShown = async (page: Page): Promise<void> => {
    await expect(page.getByRole('heading', { name: 'run.offbeat' })).toBeVisible();
    await expect(page.getByText('400 rows')).toBeVisible();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(page.getByText('Open a CSV file')).toBeVisible();
  };
  const desktop = await start({ args: [bundle] });
  const page = await desktop.page();
  await isShown(page);

  // A double click while Offbeat is up is a second start.
  const second = await start({ args: [bundle] });
  expect(await second.exited).toBe(0);
  await isShown(page);

  await answerDialog(desktop, bundle);
  await chooseMenu(desktop, 'open');
  await isShown(page);

  await dropFile(page, 'run.offbeat', before);
  await isShown(page);
  expect(await callEngine(desktop, 'stream.list')).toEqual([]);

  const torn = join(home, 'torn.offbeat');
  writeFileSync(torn, before.subarray(0, before.length >> 1));
  await answerDialog(desktop, torn);
  await chooseMenu(desktop, 'open');
  await expect(page.getByText('This is no bundle of Offbeat, or it is cut off')).toBeVisible();
  expect(await desktop.quit()).toBe(0);
  expect(readFileSync(bundle)).toEqual(before);
});

/** By the built command: rows, a model, its bundle. */
function makeBundle(home: string): string {
  const [csv, file] = [join(home, 'press.csv'), join(home, 'run.offbeat')];
  const workspace = join(home, 'maker');
  writeFileSync(csv, csvOf(400));
  const run = (...args: string[]): void => {
    execFileSync(process.execPath, [join(ROOT, 'out', 'main', 'cli.js'), ...args], {
      stdio: 'pipe',
    });
  };
  run('analyze', csv, '--workspace', workspace, '--train-rows', '150', '--mode', 'stream');
  run('bundle', 'press', '--workspace', workspace, '--out', file);
  return file;
}

function answerDialog(desktop: Desktop, path: string): Promise<void> {
  return desktop.evaluate(
    (_, chosen) => void globalThis.seen.answers.push({ filePaths: [chosen], canceled: false }),
    path,
  );
}
