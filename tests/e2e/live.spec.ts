/** A device on the network: found, followed, paused, and its events judged. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, expectAccessible, test } from './app.ts';

const ROW_MS = 50;

/** A device that sends two named channels for as long as somebody listens. */
async function startDevice(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    let i = 0;
    const send = (): void => {
      const angle = i++ / 20;
      socket.write(`flow:${(5 + Math.sin(angle)).toFixed(3)} level:${(2 + angle).toFixed(3)}\n`);
    };
    const timer = setInterval(send, ROW_MS);
    socket.on('close', () => clearInterval(timer)).on('error', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

test('connects a device, follows it, pauses the view', async ({ app: { page } }) => {
  const { server, port } = await startDevice();
  try {
    await page.getByRole('button', { name: 'Connect a device' }).click();
    await page.getByRole('button', { name: /TCP client/ }).click();
    await page.getByLabel('Host').fill('127.0.0.1');
    await page.getByLabel('Port', { exact: true }).fill(String(port));
    await expect(page.getByLabel('Address')).toHaveValue(`tcp://127.0.0.1:${port}`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Listen for 3 seconds' }).click();
    await expect(page.getByText('Name and value pairs')).toBeVisible();
    await expect(page.locator('.preview th')).toHaveText(['flow', 'level']);

    await page.getByLabel('Stream name').fill('Tank');
    await page.getByText('Learn normal and watch').click();
    await page.getByRole('button', { name: 'Connect and record' }).click();
    await expect(page.getByRole('heading', { name: 'Tank' })).toBeVisible();
    await expect(page.locator('.feed')).toContainText('Live');
    await expect(page.locator('.lane')).toHaveCount(2);
    await expectAccessible(page);

    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Jump to now' })).toBeVisible();
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Pause view' })).toBeVisible();

    await page.keyboard.press('1');
    await expect(page.locator('.card .feed')).toContainText('Live');
  } finally {
    server.close();
  }
});

test('says what is wrong with an address', async ({ app: { page } }) => {
  await page.getByRole('button', { name: 'Connect a device' }).click();
  await page.getByLabel('Address').fill('carrier-pigeon://loft');
  await expect(page.getByRole('alert')).toContainText('"carrier-pigeon:" is no kind of feed');
  await expect(page.getByRole('button', { name: 'Connect and record' })).toBeDisabled();
});

test.describe('with the demo machine', () => {
  test.use({ serveArgs: ['--demo'] });

  test('judges events by the keyboard, and takes a verdict back', async ({ app: { page } }) => {
    await expect(page.locator('.lane')).toHaveCount(4);
    await page.getByRole('button', { name: 'Learn normal' }).click();
    await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
    const first = page.locator('.event').first();
    await expect(first).toBeVisible({ timeout: 60_000 });
    await page.keyboard.press(']');
    await page.keyboard.press('c');
    await expect(page.locator('.event.chosen')).toContainText('confirmed');

    await page.keyboard.press('3');
    await expect(page.locator('.detail')).toBeVisible();
    const toJudge = await page.locator('.event').count();
    await page.keyboard.press('f');
    await expect(page.locator('.event.chosen')).toContainText('false alarm');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await expect(page.locator('.event.chosen')).toContainText('open');
    await expect(page.locator('.event')).toHaveCount(toJudge);
    await page.keyboard.press('n');
    await page.getByLabel('Note').fill('valve was being serviced');
    await page.keyboard.press('Enter');
    await expect(page.locator('.event.chosen')).toContainText('valve was being serviced');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/stream\/\d+\?event=\d+/);
  });
});
