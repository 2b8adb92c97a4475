/**
 * Recurrent cells: what happens in one step, forward and back. A cell gets the products with the
 * weights and answers their gradients; the products themselves are the same for all cells.
 *
 *   gi = W_ih x_t + b_ih,   gh = W_hh h_{t−1} + b_hh        both [B, G·H], G gates
 */
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { rnnRelu, rnnTanh } from './rnn.ts';

export interface Cell {
  /** G: gates stacked along the rows of the weights. */
  readonly gates: 1 | 3 | 4;
  /** True when a state c goes beside h from step to step. */
  readonly hasMemory: boolean;
  /** Fills step t of the tape from gi [T, B, G·H] at t and gh [B, G·H]. */
  forward(t: number, gi: Float64Array, gh: Float64Array, tape: Tape, shape: StepShape): void;
  /**
   * Undoes the step: from dh and dc [B, H], the gradients of h_t and c_t, to dgi and dgh at t
   * ([T, B, G·H]) and, in place, to what of dh and dc reaches step t−1 past the products.
   */
  backward(
    t: number,
    d: StateGradient,
    dgi: Float64Array,
    dgh: Float64Array,
    tape: Tape,
    shape: StepShape,
  ): void;
}

export interface StepShape {
  readonly B: number;
  readonly H: number;
}

/** What a forward pass keeps for its backward pass. */
export interface Tape {
  /** Hidden states [T+1, B, H]; the first is the initial state. */
  readonly h: Float64Array;
  /** Memory [T+1, B, H] of cells that have one, else empty. */
  readonly c: Float64Array;
  /** Gates after their functions [T, B, G·H]. */
  readonly gates: Float64Array;
  /** GRU alone: W_hn h + b_hn before the reset gate [T, B, H], else empty. */
  readonly reset: Float64Array;
}

export interface StateGradient {
  /** ∂L/∂h [B, H] */
  readonly dh: Float64Array;
  /** ∂L/∂c [B, H], empty without memory. */
  readonly dc: Float64Array;
}

export const cells = { 'rnn-tanh': rnnTanh, 'rnn-relu': rnnRelu, lstm, gru };
export type CellName = keyof typeof cells;

/** A tape for T steps from a zero state. */
export function createTape(name: CellName, T: number, B: number, H: number): Tape {
  const { gates, hasMemory } = cells[name];
  return {
    h: new Float64Array((T + 1) * B * H),
    c: new Float64Array(hasMemory ? (T + 1) * B * H : 0),
    gates: new Float64Array(T * B * gates * H),
    reset: new Float64Array(name === 'gru' ? T * B * H : 0),
  };
}
