/** Files that need a decision, and files that cannot be imported. */
import { dropFile, expect, test } from './app.ts';

test('asks for the order of day and month when the file does not tell', async ({
  app: { page },
}) => {
  const rows = Array.from({ length: 12 }, (_, i) => `0${(i % 9) + 1}/0${(i % 7) + 1}/2024,${i}`);
  await dropFile(page, 'flow.csv', `date,flow\n${rows.join('\n')}\n`);
  await expect(page.getByText('Day or month first?')).toBeVisible();
  const start = page.getByRole('button', { name: 'Import 1 channel' });
  await expect(start).toBeDisabled();
  await page.getByRole('button', { name: 'Month first' }).click();
  await expect(page.getByText('Day or month first?')).toBeHidden();
  await expect(start).toBeEnabled();
  await start.click();
  await expect(page.locator('.mini')).toContainText('2024-01-01');
});

test('sets bad rows aside and shows them', async ({ app: { page } }) => {
  const rows = Array.from({ length: 200 }, (_, i) => `${1_700_000_000 + i},${i % 7}`);
  rows[50] = 'oops';
  rows[120] = `${1_700_000_120},1,2,3`;
  await dropFile(page, 'mixed.csv', `time,level\n${rows.join('\n')}\n`);
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByText('198 rows imported. 2 rows were set aside.')).toBeVisible();
  await page.getByRole('button', { name: 'Show them' }).click();
  await expect(page.getByRole('dialog')).toContainText('52');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Rows set aside (2)' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await expect(dialog).toContainText('52');
  await expect(dialog).toContainText('122');
});

test('says what is wrong with a file that holds no numbers', async ({ app: { page } }) => {
  await dropFile(page, 'notes.csv', 'name,remark\npump,old\nfan,new\n');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('notes.csv has no column of numbers to measure');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Open a CSV file')).toBeVisible();
});

test('leaves columns out and corrects names before the import', async ({ app: { page } }) => {
  const rows = Array.from({ length: 100 }, (_, i) => `${1_700_000_000 + i},${i % 7},${i % 5}`);
  await dropFile(page, 'two.csv', `time,a,b\n${rows.join('\n')}\n`);
  await page.getByLabel('Channel name: a').fill('Outlet pressure');
  await page.getByLabel('Channel name: b').fill('Outlet pressure');
  await expect(page.getByText('Each channel needs a name of its own.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import 2 channels' })).toBeDisabled();
  await page.getByText('Numbers').nth(1).click();
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.locator('.lane')).toHaveCount(1);
  await expect(page.locator('.lane')).toContainText('Outlet pressure');
});

test('draws the lanes of a wide file as they come into sight', async ({ app: { page } }) => {
  const names = Array.from({ length: 40 }, (_, k) => `sensor ${k}`);
  const row = (i: number): string => names.map((_, k) => ((i * (k + 1)) % 13) + k).join(',');
  const rows = Array.from({ length: 120 }, (_, i) => `${1_700_000_000 + i},${row(i)}`);
  await dropFile(page, 'wide.csv', `time,${names.join(',')}\n${rows.join('\n')}\n`);
  await page.getByRole('button', { name: 'Import 40 channels' }).click();
  await expect(page.locator('.lane')).toHaveCount(40);
  await expect(page.locator('.lane').first().locator('canvas')).toBeVisible();
  const last = page.locator('.lane').last();
  await expect(last.locator('canvas')).toHaveCount(0);
  await last.scrollIntoViewIfNeeded();
  await expect(last).toContainText('sensor 39');
  await expect(last.locator('canvas')).toBeVisible();
});
