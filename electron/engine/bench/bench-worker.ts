/** A thread that scores one series after another. */
import { parentPort } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { benchSeries, type BenchOrder } from './bench-series.ts';
import { trySeries, type TrialOrder } from './choices/try-series.ts';

parentPort!.on('message', (order: BenchOrder | TrialOrder) => {
  try {
    if ('trials' in order) {
      trySeries(order, (part) => parentPort!.postMessage({ part }));
      parentPort!.postMessage({ result: null });
    } else parentPort!.postMessage({ result: benchSeries(order) });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    parentPort!.postMessage({ error: said, isUnfit: error instanceof Failure });
  }
});
