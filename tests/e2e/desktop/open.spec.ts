/** The ways in for a file: argument, menu and dialog, drop; recordings, workspaces, bundles. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropFile } from '../app.ts';
import { chooseMenu, csvOf, expect, test } from './app.ts';

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

  await desktop.evaluate(
    (_, path) => void globalThis.seen.answers.push({ filePaths: [path], canceled: false }),
    file('dialog.csv', 50),
  );
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

test('opens a workspace file, and says what a bundle and a missing file are', async ({
  start,
  home,
}) => {
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

  const bundle = join(home, 'run.offbeat');
  writeFileSync(bundle, 'PK\u0003\u0004 and so on');
  await desktop.evaluate(
    (_, path) => void globalThis.seen.answers.push({ filePaths: [path], canceled: false }),
    bundle,
  );
  await chooseMenu(desktop, 'open');
  await expect(page.getByText('run.offbeat is a bundle')).toBeVisible();

  const folder = join(home, 'elsewhere');
  mkdirSync(folder);
  await desktop.evaluate(
    (_, path) => void globalThis.seen.answers.push({ filePaths: [path], canceled: false }),
    folder,
  );
  await chooseMenu(desktop, 'openWorkspace');
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  await expect.poll(workspace).toContain('elsewhere');
});
