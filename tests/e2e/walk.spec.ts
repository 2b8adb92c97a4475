/**
 * The whole way with a machine that runs: connected, watched, its fault told in time, judged by the
 * keyboard; then the threshold dragged, labels painted, a recogniser trained, a report saved. In
 * both languages, accessible in every view on the way.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { createMachine } from '../../electron/engine/sources/simulated-machine.ts';
import { en } from '../../renderer/app/i18n/en.ts';
import { zhCn } from '../../renderer/app/i18n/zh-cn.ts';
import { expect, expectAccessible, test } from './app.ts';

const PERIOD_MS = 1000;
const START_MS = Date.UTC(2026, 0, 5, 14);
const SEED = 1;
const ADDRESS = `simulate:pump?seed=${SEED}&speed=150&start=${new Date(START_MS).toISOString()}`;
/** The pump cavitates at once and by far: it is told within so many rows. */
const DELAY_ROWS = 5;

/** When the machine of this seed first cavitates, ms. */
function firstFault(): { readonly from: number; readonly to: number } {
  const machine = createMachine('pump', { seed: SEED, startMs: START_MS, periodMs: PERIOD_MS });
  const fault = machine.faultsAt(0).find(({ kind }) => kind === 'cavitation')!;
  return { from: START_MS + fault.first * PERIOD_MS, to: START_MS + fault.last * PERIOD_MS };
}

/** What the cards of the events say of when they began, ms, newest first. */
async function eventStarts(page: Page): Promise<number[]> {
  const heads = await page.locator('.event .head').allTextContents();
  return heads.map((text) => {
    const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? [];
    return Date.parse(`${day}T${time}Z`);
  });
}

for (const [locale, words] of [
  ['en-US', en],
  ['zh-CN', zhCn],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test('from a connected machine to a report of its fault', async ({ app: { page } }) => {
      test.slow();
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const undo = () => button(words.stream.undo).last();
      const fault = firstFault();

      // Connect.
      await expectAccessible(page);
      await page.keyboard.press('d');
      await page.getByText(words.connect.kinds.simulate.title, { exact: true }).click();
      await page.getByLabel(words.connect.address, { exact: true }).fill(ADDRESS);
      await expectAccessible(page);
      await button(words.connect.start).click();

      // Watch until the fault is told, and how late.
      await expect(page.locator('.feed')).toContainText(words.feed.status.open);
      await expect(page.locator('.lane').first().locator('canvas')).toBeVisible();
      await expect
        .poll(async () => (await eventStarts(page)).filter((t) => t >= fault.from).length, {
          timeout: 60_000,
        })
        .toBeGreaterThan(0);
      const told = (await eventStarts(page)).filter((t) => t >= fault.from).at(-1)!;
      expect((told - fault.from) / PERIOD_MS).toBeLessThanOrEqual(DELAY_ROWS);
      await expectAccessible(page);

      // Judge it by the keyboard: the newest event is chosen where all of them are listed.
      await page.keyboard.press('3');
      const chosen = page.locator('.event.chosen');
      await expect(chosen).toBeVisible();
      await page.keyboard.press('f');
      await expect(chosen).toContainText(words.triage.state.dismissed);
      await undo().click();
      await expect(chosen).not.toContainText(words.triage.state.dismissed);
      await page.keyboard.press('c');
      await expect(chosen).toContainText(words.triage.state.confirmed);
      await page.keyboard.press('n');
      await page.getByLabel(words.triage.note, { exact: true }).fill('inlet was blocked');
      await page.keyboard.press('Enter');
      await expect(chosen).toContainText('inlet was blocked');
      await page.keyboard.press('l');
      await page.getByLabel(words.triage.name, { exact: true }).fill('cavitation');
      await page.keyboard.press('Enter');
      await expect(chosen).toContainText('cavitation');
      await expectAccessible(page);

      // Take what the verdict speaks for, drag the threshold, put it in force, take it back.
      await page.keyboard.press('4');
      const line = page.getByTestId('threshold-line');
      const before = await line.getAttribute('aria-valuenow');
      await button(words.whatIf.propose).click();
      await expect(line).not.toHaveAttribute('aria-valuenow', before!);
      await page.keyboard.press('Escape');
      await expect(line).toHaveAttribute('aria-valuenow', before!);
      const at = (await line.boundingBox())!;
      await page.mouse.move(at.x + 200, at.y + 1);
      await page.mouse.down();
      await page.mouse.move(at.x + 200, at.y + 20, { steps: 4 });
      await page.mouse.up();
      await expect(line).not.toHaveAttribute('aria-valuenow', before!);
      await expectAccessible(page);
      const wanted = (await line.getAttribute('aria-valuenow'))!;
      await button(words.whatIf.apply).click();
      const inForce = page.getByTestId('facts').locator('tbody tr').first().locator('td').first();
      await expect(inForce).toHaveText(wanted, { timeout: 30_000 });
      await undo().click();
      await expect(inForce).toHaveText(before!, { timeout: 30_000 });

      // Say what went on, let it be learnt.
      await page.keyboard.press('6');
      const name = page.getByRole('textbox', { name: words.activities.new });
      for (const [i, activity] of ['calm', 'busy', 'calm', 'busy'].entries()) {
        await mark(page, 0.03 + 0.24 * i, 0.22 + 0.24 * i);
        await name.fill(activity);
        await name.press('Enter');
        await expect(page.locator('.labels li')).toHaveCount(i + 1);
      }
      await button(words.activities.train).click();
      await expect(page.getByText(words.activities.confusion)).toBeVisible({ timeout: 60_000 });
      await expectAccessible(page);

      // Each activity could have a normal of its own now.
      await page.keyboard.press('5');
      await expect(
        page.getByRole('heading', { name: words.models.list, exact: true }),
      ).toBeVisible();
      await expect(page.getByText(words.learn.byActivity, { exact: true })).toBeVisible();
      await expectAccessible(page);

      // A report of it.
      await page.keyboard.press('7');
      await expectAccessible(page);
      await button(words.reports.start).click();
      const save = button(words.reports.save);
      await expect(save).toBeVisible({ timeout: 30_000 });
      const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
      expect(readFileSync(await file.path(), 'utf8')).toContain('inlet was blocked');

      for (const key of ['8', '1', '2']) {
        await page.keyboard.press(key);
        await expectAccessible(page);
      }
      await expect(page.locator('.lane').first()).toBeVisible();
      await page.keyboard.press('g');
      const dialog = page.getByRole('dialog', { name: words.goTo.title });
      await dialog.getByRole('textbox').fill(new Date(fault.from).toISOString().slice(0, 19));
      await dialog.getByRole('button', { name: words.goTo.go, exact: true }).click();
      await expect(dialog).toBeHidden();
    });
  });
}

/** Drags over the recording, from one share of what is shown to another. */
async function mark(page: Page, from: number, to: number): Promise<void> {
  const box = (await page.getByTestId('paint').boundingBox())!;
  await page.mouse.move(box.x + from * box.width, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, box.y + 80, { steps: 3 });
  await page.mouse.up();
}
