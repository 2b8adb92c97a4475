/** Labelled stretches of one or several streams → a recogniser, with what it says of itself. */
import { createHash } from 'node:crypto';
import { featureCount } from '../../../shared/activity/features.ts';
import { learnRules } from '../../../shared/activity/activity-rules.ts';
import { labelStretches, spansOf } from '../../../shared/activity/label-stretches.ts';
import { LIVE_LAG } from '../../../shared/activity/live-recogniser.ts';
import { planRecogniser, type LabelledClass } from '../../../shared/activity/recogniser-plan.ts';
import { saveRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import type { RecogniserSpec } from '../../../shared/activity/recogniser.ts';
import type { Recording } from '../../../shared/activity/recording.ts';
import {
  EPOCHS,
  trainRecogniser,
  type RecogniserOrder,
  type RecogniserOutcome,
} from '../../../shared/activity/train-recogniser.ts';
import { readFeatures, type LabelledSpan } from '../../../shared/activity/windows.ts';
import type { Label } from '../../../shared/domain/activity.ts';
import type { RecogniserLoss } from '../../../shared/domain/recogniser.ts';
import { createNodeWasmBackend, fastestBuild } from '../training/wasm-node.ts';
import type { ActivityOrder, LabelledInput, TrainedRecogniser } from './activity-wire.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readRecordings } from './read-recordings.ts';

/** Labels that lie closer are read in one stretch with what is between them. */
const STRETCH_WINDOWS = 10;

type TrainOrder = Extract<ActivityOrder, { readonly task: 'train' }>;

/** Throws RangeError in words where the labels are too few to learn from. */
export async function trainFromLabels(
  place: ActivityPlace,
  { options, inputs, threads }: TrainOrder,
): Promise<TrainedRecogniser> {
  const classes = classesOf(inputs);
  const spec = planRecogniser(
    options,
    commonChannels(inputs),
    classes,
    Math.max(...inputs.map(({ stream }) => stream.periodMs)),
  );
  const { recordings, spans, groups, sessions } = await readLabelled(place, inputs, spec);
  const features = readFeatures(recordings, spec.plan, featureCount(spec.plan));
  const epochs = options.epochs ?? EPOCHS;
  const order = { spec, features, spans, groups, sessions, seed: options.seed, epochs };
  const started = performance.now();
  const { outcome, lossCurve, backend } = await learn(place, order, threads);
  const trainSeconds = (performance.now() - started) / 1000;
  const checkpoint = saveRecogniser(outcome.recogniser);
  const hopMs = spec.hop * spec.stepMs;
  const windowMs = spec.window * spec.stepMs;
  const { recogniser, judged } = outcome;
  return {
    checkpoint,
    card: {
      ...{ classes: spec.classes, channels: spec.channels, windowMs, hopMs, lossCurve, backend },
      labelledMs: classes.map(({ totalMs }) => totalMs),
      lagMs: windowMs / 2 + LIVE_LAG * hopMs,
      network: options.network ?? 'conv-gru',
      ...{ seed: options.seed, trainSeconds, heldOut: judged },
      parameterCount: [...recogniser.parameters.values()].reduce(
        (n, { data }) => n + data.length,
        0,
      ),
      rules: learnRules(
        inputs.map(({ labels }) => labels),
        windowMs,
      ),
      temperature: recogniser.temperature,
      tellsUnknown: recogniser.novelty !== null,
      checkpointSha256: createHash('sha256').update(checkpoint).digest('hex'),
    },
  };
}

function commonChannels(inputs: readonly LabelledInput[]): string[] {
  const [first, ...others] = inputs.map(({ stream }) => stream.channels.map(({ name }) => name));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function classesOf(inputs: readonly LabelledInput[]): (LabelledClass & { totalMs: number })[] {
  const labels = inputs.flatMap((input) => input.labels).filter(({ kind }) => kind === 'activity');
  if (labels.length === 0) {
    throw new RangeError('Nothing is labelled there yet; paint a few stretches of each activity.');
  }
  const lengths = Map.groupBy(labels, ({ activity }: Label) => activity);
  return [...lengths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => {
      const all = own.map(({ start, end }) => end - start);
      return { name, longestMs: Math.max(...all), totalMs: all.reduce((sum, ms) => sum + ms, 0) };
    });
}

interface Labelled {
  readonly recordings: readonly Recording[];
  readonly groups: readonly string[];
  /** Streams. */
  readonly sessions: readonly string[];
  readonly spans: readonly LabelledSpan[];
}

async function readLabelled(
  { rows, progress }: ActivityPlace,
  inputs: readonly LabelledInput[],
  spec: RecogniserSpec,
): Promise<Labelled> {
  const recordings: Recording[] = [];
  const groups: string[] = [];
  const sessions: string[] = [];
  const spans: LabelledSpan[] = [];
  const windowMs = spec.window * spec.stepMs;
  let read = 0;
  for (const { stream, group, labels } of inputs) {
    const columns = spec.channels.map((name) => stream.channels.findIndex((c) => c.name === name));
    const plan = { columns, periodMs: stream.periodMs, stepMs: spec.stepMs };
    const reader = (after: number, limit: number) => rows(stream.id, after, limit);
    for (const stretch of labelStretches(labels, windowMs, STRETCH_WINDOWS * windowMs)) {
      for await (const recording of readRecordings(reader, stretch.range, plan)) {
        spans.push(...spansOf(stretch.labels, recording, recordings.length, spec.classes));
        recordings.push(recording);
        groups.push(group);
        sessions.push(String(stream.id));
        progress('check', (read += recording.valid.length), 0, 'rows');
      }
    }
  }
  return { recordings, groups, sessions, spans };
}

interface Learnt {
  readonly outcome: RecogniserOutcome;
  readonly lossCurve: readonly RecogniserLoss[];
  readonly backend: 'wasm' | 'wasm-plain';
}

async function learn(
  place: ActivityPlace,
  order: RecogniserOrder,
  threads: number,
): Promise<Learnt> {
  const build = fastestBuild();
  const backend = createNodeWasmBackend({ build, threads });
  const lossCurve: RecogniserLoss[] = [];
  const training = trainRecogniser(backend, order);
  try {
    for (;;) {
      const next = training.next();
      if (next.done) {
        const name = build === 'plain' ? 'wasm-plain' : 'wasm';
        return { outcome: next.value, lossCurve, backend: name };
      }
      const { step, steps, report } = next.value;
      if (report) {
        const point = { step, train: report.train, validation: report.validation };
        lossCurve.push(point);
        place.loss(point);
        const epoch = lossCurve.length;
        const epochs = Math.ceil((steps * epoch) / step);
        const { train: loss, validation } = point;
        place.training({ epoch, epochs, windowsPerStep: 64, loss, validation });
      }
      place.progress('train', step, steps, 'steps');
      // Lets what is told leave the thread.
      if (report) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  } finally {
    backend.dispose();
  }
}
