/** A thread that scores one series after another. */
import { parentPort } from 'node:worker_threads';
import { benchSeries, type BenchOrder } from './bench-series.ts';

parentPort!.on('message', (order: BenchOrder) => {
  try {
    parentPort!.postMessage({ result: benchSeries(order) });
  } catch (error) {
    parentPort!.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
