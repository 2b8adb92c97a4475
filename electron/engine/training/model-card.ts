/** What a trained model says of itself, and its checkpoint. */
import { createHash } from 'node:crypto';
import { areShapesWatched, shapeChannels } from '../../../shared/detect/shape-watch.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import type {
  AskedRecogniser,
  BackendChoice,
  HeldOutLoss,
  LossPoint,
  ModelCard,
  ModeReason,
  ShapeChoice,
  TrainingNote,
} from '../../../shared/domain/model.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { saveCheckpoint } from '../../../shared/model/checkpoint.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';

export interface DescribedModel {
  readonly card: Omit<ModelCard, 'id' | 'streamId'>;
  readonly checkpoint: Uint8Array;
}

export interface Trained {
  readonly spec: DetectionSpec;
  readonly modeReason: ModeReason;
  /** Of the rows taken as normal. */
  readonly range: TimeRange;
  readonly last: Forecaster;
  readonly backend: BackendChoice;
  readonly trainings: number;
  readonly lossCurve: readonly LossPoint[];
  readonly notes: readonly TrainingNote[];
  readonly threshold: number;
  readonly heldOut: HeldOutLoss | null;
  readonly recogniser?: AskedRecogniser;
  readonly shapes?: ShapeChoice;
}

export function describeModel(trained: Trained): DescribedModel {
  const { spec, range, last, backend, trainings, lossCurve, notes, threshold, recogniser } =
    trained;
  const { mode, channels, trainRows, seed, exclude, threshold: thresholdSpec } = spec;
  const { heldOut } = trained;
  const card = {
    ...{ mode, channels },
    trainRange: { from: range.from, to: range.to },
    ...{ trainRows, seed },
    ...(exclude && { exclude }),
    hidden: last.spec.hidden,
    horizons: last.spec.horizons,
    parameterCount: countParameters(last),
    backend: backend.name,
    ...{ trainings, lossCurve },
    ...(heldOut && { heldOut }),
    ...(notes.length > 0 && { notes }),
    threshold,
    ...(thresholdSpec && { thresholdSpec }),
    ...(recogniser && { recogniser }),
    ...shapesOf(trained),
  };
  const checkpoint = saveCheckpoint(last, metadata(card));
  const checkpointSha256 = createHash('sha256').update(checkpoint).digest('hex');
  // A reason may hold measured times; the checkpoint must not depend on them.
  const reasons = { backendReason: backend.reason, modeReason: trained.modeReason };
  return { card: { ...card, ...reasons, checkpointSha256 }, checkpoint };
}

/** How many channels are watched for shapes never seen. */
function shapesOf({ spec, range, shapes }: Trained): Pick<ModelCard, 'shapes'> {
  const { mode, channels, trainRows } = spec;
  if (!areShapesWatched({ shapes }, mode, channels.length)) return {};
  const periodMs = (range.to - range.from) / Math.max(1, trainRows - 1);
  return { shapes: shapeChannels(channels.length, periodMs) };
}

function countParameters(forecaster: Forecaster): number {
  return [...forecaster.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/** What the checkpoint says of itself. */
function metadata(card: object): Record<string, string> {
  return { format: 'offbeat-forecaster/1', card: JSON.stringify(card) };
}
