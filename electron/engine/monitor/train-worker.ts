/** Worker thread of one training that a live model asked for, on the processor. */
import { parentPort, workerData } from 'node:worker_threads';
import { openTraining, type TrainingOrder } from '../../../shared/train/order.ts';
import { createLocalBackend } from '../training/local-backend.ts';

/** One core is left to scoring. */
const THREADS = 1;

const order = workerData as TrainingOrder;
const backend = createLocalBackend('wasm', THREADS);
const { trainer, forecaster } = openTraining(backend, order, null);
while (trainer.end === null) {
  const report = trainer.advance();
  if (report) parentPort!.postMessage({ report });
}
trainer.finish();
backend.dispose();
parentPort!.postMessage({ forecaster });
