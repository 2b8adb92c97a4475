/** A stored stream as a recogniser reads it, part by part. */
import { createClassifier } from '../../../shared/activity/classifier.ts';
import { featureCount } from '../../../shared/activity/features.ts';
import { readStretches, type Stretch } from '../../../shared/activity/recognise.ts';
import type { Recogniser } from '../../../shared/activity/recogniser.ts';
import type { Recording } from '../../../shared/activity/recording.ts';
import { readFeatures, type Features } from '../../../shared/activity/windows.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { createNodeWasmBackend } from '../training/wasm-node.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readRecordings } from './read-recordings.ts';

/** Windows classified at once. */
const BATCH = 64;

export interface ReadPart {
  readonly recording: Recording;
  readonly features: Features;
  readonly stretches: readonly Stretch[];
  /** What the head reads of the windows of a stretch [n, R]. */
  states(stretch: Stretch): Float64Array;
}

/** Throws Failure bad-input when the stream lacks a channel. */
export async function* readParts(
  { rows, progress }: ActivityPlace,
  stream: StreamInfo,
  recogniser: Recogniser,
): AsyncGenerator<ReadPart> {
  if (!stream.range) return;
  const { spec, parameters, scale, expert } = recogniser;
  const columns = columnsOf(stream, spec.channels);
  // The plain build: the same probabilities on every machine, live too.
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1 });
  try {
    const classifier = createClassifier(backend, spec, parameters, scale, BATCH, expert);
    const plan = { columns, periodMs: stream.periodMs, stepMs: spec.stepMs };
    const reader = (after: number, limit: number) => rows(stream.id, after, limit);
    const tell = (read: number): void => progress('score', read, stream.rows, 'rows');
    for await (const recording of readRecordings(reader, stream.range, plan, tell)) {
      const features = readFeatures([recording], spec.plan, featureCount(spec.plan));
      yield {
        ...{ recording, features },
        stretches: readStretches(recogniser, classifier, features, 0),
        states: ({ places }) => classifier.classify(features, places).states,
      };
    }
  } finally {
    backend.dispose();
  }
}

export function columnsOf(stream: StreamInfo, names: readonly string[]): number[] {
  return names.map((name) => {
    const column = stream.channels.findIndex((channel) => channel.name === name);
    if (column >= 0) return column;
    const known = stream.channels.map((channel) => channel.name).join(', ');
    throw new Failure(
      'bad-input',
      `The recogniser reads "${name}", which ${stream.name} does not have; it has ${known}.`,
    );
  });
}
