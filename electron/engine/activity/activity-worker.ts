/** Worker thread of one task about activities: learning, recognising, judging, proposing. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { failureOf } from '../training/learn-failure.ts';
import type { ActivityOrder, ActivityResults, ActivityWire } from './activity-wire.ts';
import { evaluateRecogniser } from './evaluate-recogniser.ts';
import { proposeSegments } from './propose-segments.ts';
import { recogniseStream } from './recognise-stream.ts';
import { doubtfulStretches } from './doubtful-stretches.ts';
import { trainFromLabels } from './train-from-labels.ts';

const order = workerData as ActivityOrder;
const host = createClient<ActivityWire>(portTransport(parentPort!));

const place = {
  rows: (streamId: number, after: number, limit: number) =>
    host.call('rows', streamId, after, limit),
  progress: (...[phase, done, total, unit]: Parameters<ActivityWire['progress']>) =>
    void host.call('progress', phase, done, total, unit),
  training: (...[progress]: Parameters<ActivityWire['training']>) =>
    void host.call('training', progress),
  loss: (...[point]: Parameters<ActivityWire['loss']>) => void host.call('loss', point),
};
/** What the thread asks of the engine while it works. */
export type ActivityPlace = typeof place;

function carryOut(): Promise<ActivityResults[keyof ActivityResults]> {
  switch (order.task) {
    case 'train':
      return trainFromLabels(place, order);
    case 'segments':
      return recogniseStream(place, order);
    case 'evaluate':
      return evaluateRecogniser(place, order);
    case 'doubtful':
      return doubtfulStretches(place, order);
    case 'propose':
      return proposeSegments(place, order);
  }
}

try {
  await host.call('finished', await carryOut());
} catch (error) {
  await host.call('failed', failureOf(error));
}
parentPort!.close();
