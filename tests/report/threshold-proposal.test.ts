/** A proposal counts what it would keep, lose and add, and changes nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proposeThreshold } from '../../electron/engine/report/threshold-proposal.ts';
import type { KeptEvent } from '../../shared/domain/kept-event.ts';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import { learntStream, PERIOD_MS } from './learnt-store.ts';

let place: TemporaryStore;
let streamId: number;
let past: readonly KeptEvent[];
const ROWS = 3000;
const DAYS = (ROWS * PERIOD_MS) / 86_400_000;
beforeAll(async () => {
  place = await temporaryStore();
  const channels = [{ name: 'p', unit: 'bar' }];
  streamId = await learntStream(place.store, { rows: ROWS, channels, events: 30 });
  const card = (await place.store.read['model.active'](streamId))!;
  past = await place.store.read['event.list'](card.id);
  await place.store.write['event.triage'](past[0]!.id, { verdict: 'confirmed' }, 1);
  await place.store.write['event.triage'](past[1]!.id, { verdict: 'dismissed' }, 1);
});
afterAll(() => place.remove());

it('keeps to the asked rate and accounts for every past event', async () => {
  const wanted = 5 / DAYS;
  const found = await proposeThreshold(place.store, streamId, 'fixed', wanted);
  expect(found.spec.method).toBe('fixed');
  expect(found.before).toEqual({ alarms: 30, perDay: 30 / DAYS });
  expect(found.after.perDay).toBeLessThanOrEqual(wanted);
  expect(found.events.map(({ id }) => id)).toEqual(past.map(({ id }) => id));
  expect(found.kept).toBe(found.events.filter(({ isKept }) => isKept).length);
  const [confirmed, dismissed] = found.events;
  expect([confirmed!.verdict, dismissed!.verdict]).toEqual(['confirmed', 'dismissed']);
  expect(found.confirmedLost).toBe(confirmed!.isKept ? 0 : 1);
  expect(found.dismissedGone).toBe(dismissed!.isKept ? 0 : 1);
});

it('a lax one keeps every event and adds alarms; a strict one loses them', async () => {
  const lax = await proposeThreshold(place.store, streamId, 'fixed', 100_000);
  const strict = await proposeThreshold(place.store, streamId, 'fixed', 0.001);
  expect(lax.kept).toBeGreaterThan(strict.kept);
  expect(strict.after.alarms).toBe(0);
  expect([strict.kept, strict.confirmedLost, strict.dismissedGone]).toEqual([0, 1, 1]);
});

it('changes nothing', async () => {
  const card = (await place.store.read['model.active'](streamId))!;
  expect(card.threshold).toBe(2.8);
  expect(await place.store.read['event.list'](card.id)).toHaveLength(30);
  const refused = proposeThreshold(place.store, streamId, 'training-range', 1);
  await expect(refused).rejects.toMatchObject({ code: 'bad-usage' });
});
