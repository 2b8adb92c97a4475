/** An engine as a process that can be killed: goes on with its feeds, tells what it has stored. */
import { createEngine } from '../../electron/engine/engine.ts';
import type { FeedState } from '../../shared/domain/feed-state.ts';

const engine = await createEngine({
  ...{ workspace: process.argv[2], shell: 'browser', version: '0', resumesJobs: false },
});
engine.onEvent((event, payload) => {
  if (event !== 'feed.changed') return;
  const { storedTo } = payload as FeedState;
  if (storedTo !== null) process.stdout.write(`${storedTo}\n`);
});
await engine.live.start();
