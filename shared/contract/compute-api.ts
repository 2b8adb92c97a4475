/**
 * What the engine asks of a page that computes on the graphics card. The page serves it and knows
 * nothing of streams or stores: orders in, weights out. The engine pulls, a moment at a time, so
 * that pausing and cancelling are simply not asking again.
 */
import type { Advance, TrainingOrder } from '../train/order.ts';
import type { Numbers, TrainerState } from '../train/trainer.ts';

export interface ComputeInfo {
  /** As the driver names itself. */
  readonly renderer: string;
  /** True for renderers that run on the processor: fit for tests, not worth training on. */
  readonly isSoftware: boolean;
}

export interface ComputeApi {
  /** Failure `refused` when the page has no WebGL 2. */
  'compute.info': () => ComputeInfo;
  /** Begins a training, or goes on from a state; answers its number. */
  'train.open': (order: TrainingOrder, state: TrainerState | null) => number;
  /**
   * Runs until an epoch is complete, the training is over or the time is up. Failure `lost` when
   * the graphics context went away: open the training again from its last state.
   */
  'train.advance': (id: number, milliseconds: number) => Advance;
  'train.state': (id: number) => TrainerState;
  /** The weights to keep; ends the training. */
  'train.finish': (id: number) => Numbers;
  'train.close': (id: number) => void;
}
