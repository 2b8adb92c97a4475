/** Appends batches to a workspace until it is killed; a line on stdout for each that is kept. */
import { openStore } from '../../electron/engine/store/open-store.ts';
import { batchAt, CHANNELS } from './crash-batches.ts';
import { channelsOf } from './temporary-store.ts';

const store = await openStore(process.argv[2]);
const stream = { name: 'Live', channels: channelsOf(CHANNELS), periodMs: 10, hasTime: true };
const id = await store.write['stream.create'](stream);
const counted = { periodMs: 10, duplicates: 0, backward: 0, gaps: 0 };
await store.write['stream.publish'](id, counted);
for (let batch = 0; ; batch++) {
  await store.write['stream.append'](id, batchAt(batch));
  process.stdout.write(`${batch}\n`);
}
