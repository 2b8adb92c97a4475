/**
 * When a forecaster is trained, and how long. Stream mode: at p and 2p from scratch, then warm at
 * each doubling up to 6000 rows and every 3000 rows after. Reference mode: once, at p. The training
 * at p learns from the first four fifths. All but that one are adopted some rows later.
 */
import { EFFORTS, type DetectionMode, type Effort } from '../domain/model.ts';
import { RECIPE, type Recipe } from './recipe.ts';
import { TRAIN_ROWS_MIN } from './spec.ts';

type TrainingRecipe = Recipe['training'];

const SHORT_RANGE_ROWS = 2000;
const SHORT_STEPS = 150;
const LONG_STEPS = 400;
const WARM_STEPS = 60;
/** Time that a training may take before scoring would wait for it: once, and for each channel. */
const TRAINING_MS = 5000;
const TRAINING_MS_PER_CHANNEL = 200;

/** The row of the training after the one at `row`; never for reference mode. */
export function nextTrainingRow(
  mode: DetectionMode,
  row: number,
  { rowsMax, everyRows }: TrainingRecipe = RECIPE.training,
): number {
  if (mode === 'reference') return Infinity;
  return row < rowsMax ? Math.max(2 * row, row + 100) : row + everyRows;
}

/**
 * Rows between the `index`-th training and the row from which its weights are used: as many as
 * come, at `stepMs` a row, while a slow machine trains, so that scoring need not wait and still
 * says the same on every machine. None for the first, without which nothing can be said, and none
 * where rows are slow. `rowsToNext`: to the training that follows, which comes after.
 */
export function adoptionDelay(
  index: number,
  { stepMs, channels, rowsToNext }: { stepMs: number; channels: number; rowsToNext: number },
): number {
  if (index === 0 || !(stepMs > 0)) return 0;
  const trainingMs = TRAINING_MS + TRAINING_MS_PER_CHANNEL * channels;
  return Math.min(Math.floor(trainingMs / stepMs), rowsToNext - 1);
}

/** Of so many rows, those that the `index`-th training learns from. */
export function fitRowsOf(index: number, rows: number, { fitShare }: TrainingRecipe): number {
  if (index > 0) return rows;
  return Math.min(rows, Math.max(TRAIN_ROWS_MIN, Math.ceil(fitShare * rows)));
}

export interface TrainingPlan {
  readonly steps: number;
  readonly learningRate: number;
  readonly fromScratch: boolean;
}

export const isFromScratch = (index: number, { fromScratch }: TrainingRecipe): boolean =>
  index < fromScratch;

/** The `index`-th training (from 0) over so many rows. */
export function trainingPlan(
  index: number,
  rows: number,
  effort: Effort = 'balanced',
  recipe = RECIPE.training,
): TrainingPlan {
  const scaled = (steps: number): number => Math.round(EFFORTS[effort] * steps);
  const { rate } = recipe;
  if (!isFromScratch(index, recipe))
    return { steps: scaled(WARM_STEPS), learningRate: rate / 2, fromScratch: false };
  const steps = scaled(rows < SHORT_RANGE_ROWS ? SHORT_STEPS : LONG_STEPS);
  return { steps, learningRate: rate, fromScratch: true };
}
