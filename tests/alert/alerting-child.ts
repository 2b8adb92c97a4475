/** Offers every event to the rules, as an engine does at its start; runs until killed. */
import { openStore } from '../../electron/engine/store/open-store.ts';
import { alertPlace, occurrence } from './alert-place.ts';

const [file, streamId, events] = process.argv.slice(2);
const store = await openStore(file!);
const { alerts } = alertPlace(store, { now: Date.now, retryMs: 5 });
await alerts.start();
for (let id = 1; id <= Number(events); id++) {
  await alerts.take(occurrence(Number(streamId), { id, start: Date.now() }));
}
// The outbox's timers do not keep a process alive.
setInterval(() => undefined, 1000);
