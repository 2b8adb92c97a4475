/**
 * When a forecaster is trained, and how long. Stream mode: at p and 2p from scratch, then warm at
 * each doubling up to 6000 rows and every 3000 rows after. Reference mode: once, at p. The training
 * at p learns from the first four fifths.
 */
import { EFFORTS, type DetectionMode, type Effort } from '../domain/model.ts';
import { TRAIN_ROWS_MIN } from './spec.ts';

/** A training looks back at most this far. */
export const TRAIN_ROWS_MAX = 6000;
const EVERY_ROWS = 3000;
const FROM_SCRATCH = 2;
const SHORT_RANGE_ROWS = 2000;
const SHORT_STEPS = 150;
const LONG_STEPS = 400;
const WARM_STEPS = 60;
const RATE = 3e-3;
/** Share of the first rows that is learnt from; the rest says how good forecasts really are. */
const FIT_SHARE = 0.8;

/** The row of the training after the one at `row`; never for reference mode. */
export function nextTrainingRow(mode: DetectionMode, row: number): number {
  if (mode === 'reference') return Infinity;
  return row < TRAIN_ROWS_MAX ? Math.max(2 * row, row + 100) : row + EVERY_ROWS;
}

/** Of so many rows, those that the `index`-th training learns from. */
export function fitRowsOf(index: number, rows: number): number {
  if (index > 0) return rows;
  return Math.min(rows, Math.max(TRAIN_ROWS_MIN, Math.ceil(FIT_SHARE * rows)));
}

export interface TrainingPlan {
  readonly steps: number;
  readonly learningRate: number;
  readonly fromScratch: boolean;
}

export const isFromScratch = (index: number): boolean => index < FROM_SCRATCH;

/** The `index`-th training (from 0) over so many rows. */
export function trainingPlan(
  index: number,
  rows: number,
  effort: Effort = 'balanced',
): TrainingPlan {
  const scaled = (steps: number): number => Math.round(EFFORTS[effort] * steps);
  if (!isFromScratch(index))
    return { steps: scaled(WARM_STEPS), learningRate: RATE / 2, fromScratch: false };
  const steps = scaled(rows < SHORT_RANGE_ROWS ? SHORT_STEPS : LONG_STEPS);
  return { steps, learningRate: RATE, fromScratch: true };
}
