/** What the system shows of an alert: a notification with its button. */
import { RULE } from '../../alert/alert-place.ts';
import { callEngine, chooseMenu, expect, test } from './app.ts';
import { feedFrom, startSender } from './recording.ts';

test('an alert is a notification; its button acknowledges, a click shows the stream', async ({
  start,
}) => {
  const sender = await startSender();
  const desktop = await start();
  const page = await desktop.page();
  const config = { kind: 'desktop' } as const;
  const sink = await callEngine(desktop, 'sink.save', null, {
    ...{ name: 'This computer', isEnabled: true, config },
  });
  // Not over at once, though the gap is.
  const rule = { ...RULE, sinks: [sink.id], holdMs: 600_000 };
  await callEngine(desktop, 'rule.save', null, rule);
  await callEngine(desktop, 'feed.create', feedFrom(sender.port));
  const rows = async () => (await callEngine(desktop, 'stream.list'))[0]?.rows ?? 0;
  await expect.poll(rows).toBeGreaterThan(5);

  await test.step('a sleep is a gap, and told', async () => {
    await desktop.evaluate(({ powerMonitor }) => {
      const monitor = powerMonitor as unknown as NodeJS.EventEmitter;
      monitor.emit('suspend');
      monitor.emit('resume');
    });
    const told = () =>
      desktop.evaluate(() =>
        globalThis.seen.notifications.map(({ title, actions }) => ({
          title,
          actions: actions.map(({ text }) => text),
        })),
      );
    await expect
      .poll(told, { timeout: 30_000 })
      .toContainEqual({ title: expect.stringContaining('Press'), actions: ['Acknowledge'] });
  });

  await test.step('its button', async () => {
    const acknowledged = async () =>
      (await callEngine(desktop, 'alert.list', 10)).map(({ acknowledgedAt }) => acknowledgedAt);
    expect(await acknowledged()).toEqual([null]);
    await desktop.evaluate(() => {
      const { notifications } = globalThis.seen;
      notifications.find(({ actions }) => actions.length > 0)!.emit('action', {}, 0);
    });
    await expect.poll(acknowledged).toEqual([expect.any(Number)]);
  });

  await test.step('itself', async () => {
    await chooseMenu(desktop, 'settings');
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
    await desktop.evaluate(() => {
      globalThis.seen.notifications.find(({ actions }) => actions.length > 0)!.emit('click');
    });
    await expect(page.getByRole('heading', { name: 'Press', exact: true })).toBeVisible();
  });

  await test.step('none is shown when none is wanted', async () => {
    const notices = { desktop: false, severityMin: 'low' } as const;
    await callEngine(desktop, 'settings.set', { notices });
    const count = () => desktop.evaluate(() => globalThis.seen.notifications.length);
    const before = await count();
    await callEngine(desktop, 'sink.test', sink.id, 'en');
    expect(await count()).toBe(before);
  });
  sender.close();
  expect(await desktop.quit()).toBe(0);
});
