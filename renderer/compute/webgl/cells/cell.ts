/**
 * What happens in one step of a cell, forward and back, as kernel sources; `shared/model/cells`
 * holds the equations. The letters x and y of a source are the thread's: four hidden units of one
 * row of the batch.
 *
 * States lie in two surfaces by turns, one for even and one for odd steps, as no texture may be
 * read and drawn at once: state s is before step s, state s + 1 behind it. So do the gradients of
 * the gates. What a step only leaves behind for later lies in one surface.
 */
import type { CellName } from '../../../../shared/model/cells/cell.ts';
import type { NativeFunction } from '../prelude.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { rnnRelu, rnnTanh } from './rnn.ts';

export interface CellSource {
  readonly hasMemory: boolean;
  readonly natives: readonly NativeFunction[];
  /** What a forward step keeps beside its states, by name. */
  readonly tape: readonly string[];
  /**
   * From `g0…` (W_hh h + b_hh by gate) and `i0…` (the input side) and the state before, `h` and
   * `c`: statements that save the tape and `c`, and return h.
   */
  readonly forward: string;
  /** Gradients by gate that reach the step before through W_hh, in the order of the gates. */
  readonly gates: readonly string[];
  /** Gradients by gate on the input side, where they differ. */
  readonly inputGates: readonly string[];
  /** True when part of dh reaches the step before past W_hh. */
  readonly hasCarry: boolean;
  /** What a backward step reads: the tape by name and `h0`, `h1`, `c0`, `c1`, before and behind. */
  readonly reads: readonly string[];
  /**
   * From `dh`, `dc` and what it reads: statements that save all outputs but the first gate's, which
   * they return.
   */
  readonly backward: string;
}

export const cellSources: Record<CellName, CellSource> = {
  'rnn-tanh': rnnTanh,
  'rnn-relu': rnnRelu,
  lstm,
  gru,
};

/** Outputs of a backward step in the order they are drawn. */
export function backwardOutputs(cell: CellSource): string[] {
  const { gates, inputGates, hasCarry, hasMemory } = cell;
  return [
    ...new Set([...gates, ...inputGates]),
    ...(hasCarry ? ['carry'] : []),
    ...(hasMemory ? ['memory'] : []),
  ];
}
