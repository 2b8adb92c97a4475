/** A recurrent layer as its kernels see it: where states, gates and what is kept lie. */
import type { Recurrent } from '../../../../shared/model/backend.ts';
import { cellSources, type CellSource } from '../cells/cell.ts';
import { layoutOf, type Layout } from '../layout.ts';
import type { Memory } from '../memory.ts';
import type { Surface } from '../surface.ts';
import { own, ownWeight, type WebglSequence, type WebglWeight } from '../tensors.ts';

/** Two surfaces by turns: what belongs to step or state i lies in the one of i's parity. */
export type Turns = readonly [Surface, Surface];
export const turn = (turns: Turns, i: number): Surface => turns[i % 2];

export interface Layer {
  readonly memory: Memory;
  readonly cell: CellSource;
  readonly x: WebglSequence;
  readonly y: WebglSequence;
  readonly weightIh: WebglWeight;
  readonly weightHh: WebglWeight;
  readonly biasIh: WebglWeight;
  readonly biasHh: WebglWeight;
  /** h and, where there is one, c. */
  readonly initial: readonly WebglSequence[];
  readonly final: readonly WebglSequence[];
  readonly isReversed: boolean;
  /** One gate of all states, [T + 1, B, H/4]. */
  readonly states: Layout;
  /** All gates of all steps, [T, B, G · H/4]. */
  readonly gates: Layout;
  /** h_0..T */
  readonly h: Turns;
  /** c_0..T, null without memory. */
  readonly c: Turns | null;
  /** What the forward steps keep, by name. */
  readonly tape: Readonly<Record<string, Surface>>;
  /** The step of the sequence that is read as step s. */
  stepOf(s: number): number;
}

export function layerOf(memory: Memory, terms: Recurrent): Layer {
  const cell = cellSources[terms.cell];
  const [x, y] = [own(terms.x), own(terms.h)];
  const { X: H4, Y: B, Z: T } = y.layout;
  const states = layoutOf(H4, B, T + 1);
  const turns = (): Turns => [memory.surface(states), memory.surface(states)];
  const both = (state: Recurrent['initial']): WebglSequence[] =>
    state ? [state.h, ...(state.c ? [state.c] : [])].map(own) : [];
  const { weightIh, weightHh, biasIh, biasHh } = terms.weights;
  return {
    ...{ memory, cell, x, y, states, isReversed: terms.isReversed },
    ...{ weightIh: ownWeight(weightIh), weightHh: ownWeight(weightHh) },
    ...{ biasIh: ownWeight(biasIh), biasHh: ownWeight(biasHh) },
    initial: both(terms.initial),
    final: both(terms.final),
    gates: layoutOf(cell.gates.length * H4, B, T),
    h: turns(),
    c: cell.hasMemory ? turns() : null,
    tape: Object.fromEntries(cell.tape.map((name) => [name, memory.surface(states)])),
    stepOf: (s) => (terms.isReversed ? T - 1 - s : s),
  };
}

/** The layout of one step alone, folded as the whole is. */
export function one(of: Layout): Layout {
  return { ...of, Z: 1 };
}
