/** Precision and recall against what people marked, and what went on when an event began. */
import { expect, it } from 'vitest';
import { evaluate } from '../../electron/engine/report/report-model.ts';
import { reportOf } from '../../electron/engine/report/report-of.ts';
import { temporaryStore } from '../store/temporary-store.ts';
import { learntStream, PERIOD_MS, START_MS } from './learnt-store.ts';

const at = (row: number): number => START_MS + row * PERIOD_MS;

it('counts events by verdict or by the mark they lie in, and marks by what was found', async () => {
  const kept = await temporaryStore();
  try {
    const { store } = kept;
    const channels = [{ name: 'flow', unit: '' }];
    // Ten events, in rows 50, 150, … 950.
    const streamId = await learntStream(store, { rows: 1000, channels, events: 10 });
    const whole = await reportOf(store, streamId, 'en');
    expect(whole.evaluation).toBeNull();
    expect(whole.events.every(({ activity }) => activity === '')).toBe(true);
    const label = { activity: '', author: 'me', note: '' };
    const mark = (kind: 'anomaly' | 'normal', start: number, end: number) => {
      const span = { ...label, kind, start: at(start), end: at(end) };
      return store.write['label.edit']({ add: [{ streamId, label: span }] });
    };
    await mark('anomaly', 40, 60);
    await mark('anomaly', 300, 320);
    await mark('normal', 140, 260);
    const [first] = await store.read['event.list'](
      (await store.read['model.active'](streamId))!.id,
    );
    await store.write['event.triage'](first!.id, { verdict: 'dismissed' }, 1);
    const { evaluation } = await reportOf(store, streamId, 'en');
    // The verdict on the first event outweighs its mark; two lie in what was called normal.
    expect(evaluation).toMatchObject({ confirmed: 0, dismissed: 3, unjudged: 7, precision: 0 });
    expect(evaluation).toMatchObject({ incidents: 2, found: 1, recall: 0.5 });
  } finally {
    await kept.remove();
  }
});

it('says nothing where nothing was judged or marked', () => {
  expect(evaluate([], { incidents: [], normal: [] })).toBeNull();
});
