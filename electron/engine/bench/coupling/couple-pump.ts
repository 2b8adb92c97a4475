/**
 * A pump with three modes, judged with and without knowing what it is doing. One forecaster serves
 * both; what goes on comes from a recogniser that learnt from other pumps, as it would say it live.
 */
import { ActivityClock } from '../../../../shared/activity/activity-clock.ts';
import type { ClassifyOne } from '../../../../shared/activity/live-recogniser.ts';
import { planRecogniser } from '../../../../shared/activity/recogniser-plan.ts';
import type { Recogniser } from '../../../../shared/activity/recogniser.ts';
import { resample } from '../../../../shared/activity/recording.ts';
import { trainRecogniser } from '../../../../shared/activity/train-recogniser.ts';
import { readFeatures, type LabelledSpan } from '../../../../shared/activity/windows.ts';
import { Detector } from '../../../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../../../shared/detect/spec.ts';
import { scoreColumnNames } from '../../../../shared/domain/score.ts';
import type { Backend } from '../../../../shared/model/backend.ts';
import type { Forecaster } from '../../../../shared/model/forecaster.ts';
import { openTraining } from '../../../../shared/train/order.ts';
import { PUMP_MODES, simulateModes, type ModeRecording } from '../../sources/simulator-modes.ts';
import { orderOf } from '../../training/learn.ts';
import { wasmStepper } from '../../training/wasm-node.ts';

const START_MS = Date.UTC(2026, 0, 5);
const PERIOD_MS = 10_000;
const WINDOW_MS = 16 * PERIOD_MS;

export interface CouplingSize {
  /** Of each pump; the first half is taken as normal. */
  readonly rows: number;
  /** Of each pump that the recogniser learns from, and how many there are. */
  readonly labelledRows: number;
  readonly labelled: number;
  /** Times that each labelled window is seen. */
  readonly epochs: number;
}

/** Seeds of pumps that are learnt from lie far from those that are judged. */
const LABELLED_SEED = 10_001;

/** From the labels of some pumps; the backend stays the caller's. */
export function learnModes(backend: Backend, size: CouplingSize): Recogniser {
  const pumps = Array.from({ length: size.labelled }, (_, i) =>
    pumpOf(LABELLED_SEED + i, size.labelledRows),
  );
  const classes = PUMP_MODES.map((name) => ({ name, longestMs: Infinity }));
  const options = { name: '', streams: [], windowMs: WINDOW_MS, seed: 1 };
  const channels = pumps[0].channels.map(({ name }) => name);
  const spec = planRecogniser(options, channels, classes, PERIOD_MS);
  const recordings = pumps.map(({ batch }) => resample(batch.t, batch.columns, PERIOD_MS));
  const spans = pumps.flatMap(({ modes }, recording): LabelledSpan[] =>
    modes.map(({ first, last, mode }) => {
      return { recording, first, last, label: PUMP_MODES.indexOf(mode) };
    }),
  );
  const features = readFeatures(recordings, spec.plan, channels.length);
  const groups = pumps.map((_, i) => String(i));
  const order = { spec, features, spans, groups, sessions: groups, seed: 1, epochs: size.epochs };
  const training = trainRecogniser(backend, order);
  for (;;) {
    const next = training.next();
    if (next.done) return next.value.recogniser;
  }
}

/** Score over threshold of every row judged; 1 and above alarms. */
export interface JudgedPump {
  readonly pump: ModeRecording;
  /** First row that is judged. */
  readonly from: number;
  readonly plain: Float64Array;
  readonly coupled: Float64Array;
  /** Share of the judged rows whose activity was known and right. */
  readonly known: number;
}

export interface CouplingPlace {
  readonly recogniser: Recogniser;
  readonly classify: ClassifyOne;
  /** Of the forecaster's training. */
  readonly createBackend: () => Backend;
}

export function judgePump(seed: number, size: CouplingSize, place: CouplingPlace): JudgedPump {
  const pump = pumpOf(seed, size.rows);
  const { batch, channels } = pump;
  const from = size.rows >> 1;
  const activities = activitiesOf(pump, place);
  const spec: DetectionSpec = {
    ...{ mode: 'reference', channels: channels.map(({ name }) => name) },
    ...{ trainRows: from, seed, hasTime: true },
  };
  const plain = new Detector(spec, wasmStepper);
  const coupled = new Detector({ ...spec, activities: PUMP_MODES }, wasmStepper);
  const ratios = [plain, coupled].map(() => new Float64Array(size.rows).fill(NaN));
  const out = new Float64Array(scoreColumnNames(spec.channels).length);
  const values = new Float64Array(channels.length);
  batch.t.forEach((t, row) => {
    if (plain.isTrainingDue()) {
      const forecaster = trained(place.createBackend(), plain);
      coupled.trainingDue();
      for (const detector of [plain, coupled]) detector.adopt(forecaster);
    }
    batch.columns.forEach((column, k) => (values[k] = column[row]));
    [plain, coupled].forEach((detector, d) => {
      detector.push(t, values, out, activities[row]);
      ratios[d][row] = out[0] / out[2];
    });
  });
  const right = Array.from(activities.subarray(from), (activity, i) => {
    const mode = pump.modes.find(({ first, last }) => from + i >= first && from + i <= last)!.mode;
    return PUMP_MODES[activity] === mode ? 1 : 0;
  });
  const known = right.reduce<number>((sum, one) => sum + one, 0) / right.length;
  return { pump, from, plain: ratios[0], coupled: ratios[1], known };
}

function pumpOf(seed: number, rows: number): ModeRecording {
  return simulateModes({ seed, rows, startMs: START_MS, periodMs: PERIOD_MS });
}

function trained(backend: Backend, detector: Detector): Forecaster {
  const { trainer, forecaster } = openTraining(backend, orderOf(detector.trainingDue()!), null);
  while (trainer.end === null) trainer.advance();
  trainer.finish();
  backend.dispose();
  return forecaster;
}

/** What goes on at each row, by no more than what is known when it is judged. */
function activitiesOf(
  { batch }: ModeRecording,
  { recogniser, classify }: CouplingPlace,
): Int16Array {
  const clock = new ActivityClock(recogniser, classify, PERIOD_MS);
  const activities = new Int16Array(batch.t.length).fill(-1);
  let next = 0;
  const take = (): void => {
    for (; next < activities.length && batch.t[next] < clock.knownTo; next++) {
      activities[next] = clock.activityAt(batch.t[next]);
    }
  };
  batch.t.forEach((t, row) => {
    clock.push(
      t,
      batch.columns.map((column) => column[row]),
    );
    take();
  });
  clock.finish();
  take();
  return activities;
}
