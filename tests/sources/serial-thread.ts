/** Reads a source in a thread of its own and reports rows and states to the thread that made it. */
import { parentPort, workerData } from 'node:worker_threads';
import { SourceReader } from './reader.ts';

const reader = new SourceReader(workerData);
const report = setInterval(() => {
  const { error, states } = reader;
  const rows = reader.firsts();
  parentPort!.postMessage({ rows, states, opened: reader.timesOpen(), error: error?.message });
}, 20);
parentPort!.on('message', () => {
  void reader.stop().then(() => {
    clearInterval(report);
    parentPort!.postMessage({ rows: reader.firsts(), states: reader.states });
    parentPort!.close();
  });
});
