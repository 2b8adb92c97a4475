/**
 * Scores computed again: the rows go through a new detector, and what a training had learnt it
 * gets at the same row. Live scoring uses the plain WASM kernels, so that the
 * result has the same bits on every machine, whatever the training ran on.
 */
import { Detector } from '../../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import { activityColumn, scoreColumnNames } from '../../../shared/domain/score.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { loadCheckpoint } from '../../../shared/model/checkpoint.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { readState, writeState } from './plain-state.ts';
import { wasmStepper } from '../training/wasm-node.ts';

/** Rows between two breaths of the event loop. */
const ROWS_AT_ONCE = 256;
/** Rows between two words on how far it is. */
export const TELL_ROWS = 1024;
const FORMAT = 'offbeat-replay/3';

/** Checkpoint bytes of the training with this number, from 1. */
export type Trainings = (number: number) => Promise<Uint8Array>;

/** A score that is not as it was. */
export interface Difference {
  /** ms. */
  readonly t: number;
  readonly column: string;
  readonly stored: number;
  readonly computed: number;
}

interface SavedReplay {
  readonly format: string;
  readonly detector: unknown;
  readonly trainings: number;
}

export class Replay {
  readonly detector: Detector;
  trainings: number;
  private readonly weights: Trainings;
  private readonly out: Float64Array;

  /** From the first row, or from what `save` put away. Throws Failure bad-input for other bytes. */
  constructor(spec: DetectionSpec, weights: Trainings, saved: Uint8Array | null = null) {
    this.weights = weights;
    this.out = new Float64Array(scoreColumnNames(spec.channels, spec.activities).length);
    const before = saved ? read(saved) : null;
    this.trainings = before?.trainings ?? 0;
    this.detector = before
      ? Detector.restore(spec, before.detector, wasmStepper)
      : new Detector(spec, wasmStepper);
  }

  save(): Uint8Array {
    const { detector, trainings } = this;
    return writeState({ format: FORMAT, detector: detector.state(), trainings });
  }

  /**
   * Rows of the model's own channels, in its order, with the scores they got: of these, what went
   * on is taken as it was told then. `each` sees the score columns of every row.
   */
  async push(
    batch: SampleBatch,
    stored: readonly Float64Array[],
    each: (row: number, scores: Float64Array) => void,
  ): Promise<void> {
    const { detector, out } = this;
    const { channels, activities } = detector.spec;
    const activity = activities && stored[activityColumn(channels.length)];
    const values = new Float64Array(batch.columns.length);
    for (let i = 0; i < batch.t.length; i++) {
      if (i % ROWS_AT_ONCE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      // Asking for it fits the scales, as it did when it was trained.
      detector.trainingDue();
      if (detector.isAdoptionDue()) await this.adopt();
      batch.columns.forEach((column, k) => (values[k] = column[i]));
      detector.push(batch.t[i], values, out, activity?.[i]);
      each(i, out);
    }
  }

  private async adopt(): Promise<void> {
    const bytes = await this.weights(++this.trainings);
    this.detector.adopt(loadCheckpoint(bytes).forecaster);
  }
}

function read(bytes: Uint8Array): SavedReplay {
  try {
    const saved = readState(bytes) as SavedReplay;
    if (saved.format === FORMAT) return saved;
  } catch {
    // Said below.
  }
  throw new Failure('bad-input', 'The state of the detector cannot be read by this version.');
}

/** Equal, or both no number. The store keeps no sign of zero. */
export function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
