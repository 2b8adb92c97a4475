/**
 * A stack of recurrent layers, one way or both, as torch.nn.RNN, LSTM and GRU compose them: the
 * output of a layer, dropped out, is the input of the next; a layer that reads both ways puts the
 * backward half behind the forward half at every step.
 */
import type { Backend, CellWeights, RecurrentCall } from './backend.ts';
import { cells, createTape, type CellName } from './cells/cell.ts';
import { join, reversed, split } from './sequence.ts';
import type { Parameter, Parameters } from './spec.ts';

const LAYERS_MAX = 4;

export interface RecurrentSpec {
  readonly cell: CellName;
  /** D: inputs per step. */
  readonly inputs: number;
  /** H: hidden units per direction. */
  readonly hidden: number;
  readonly layers: number;
  readonly bidirectional: boolean;
}

/** States of all layers, [layers · directions, B, H], in PyTorch's order. */
export interface RecurrentState {
  readonly h: Float64Array;
  /** Empty for cells without memory. */
  readonly c: Float64Array;
}

export interface RecurrentPass {
  readonly T: number;
  readonly B: number;
  /** [T, B, directions · H] */
  readonly output: Float64Array;
  /** After the last step of each direction. */
  readonly final: RecurrentState;
  readonly layers: readonly LayerPass[];
}

interface LayerPass {
  /** One per direction; the second ran over reversed time. */
  readonly calls: readonly RecurrentCall[];
  /** What dropout multiplied the output with, [T, B, directions · H]; null without. */
  readonly mask: Float64Array | null;
}

export interface RecurrentStack {
  readonly spec: RecurrentSpec;
  readonly parameters: Parameters;
  /**
   * x [T, B, D]; a zero state when none is given. `drawMask` gives what dropout multiplies the
   * output of every layer but the last with.
   */
  forward(
    x: Float64Array,
    T: number,
    B: number,
    options?: { initial?: RecurrentState; drawMask?: (size: number) => Float64Array | null },
  ): RecurrentPass;
  /**
   * Adds ∂L/∂parameters to the gradients; answers ∂L/∂x [T, B, D] and ∂L/∂ of the initial state,
   * from ∂L/∂output [T, B, directions · H].
   */
  backward(
    pass: RecurrentPass,
    dOutput: Float64Array,
    gradients: Parameters,
  ): { readonly dx: Float64Array; readonly initial: RecurrentState };
}

/** Parameter shapes by PyTorch's names, in PyTorch's order. */
export function recurrentShapes(spec: RecurrentSpec): [string, readonly number[]][] {
  const { inputs, hidden: H, layers } = spec;
  const GH = cells[spec.cell].gates * H;
  const directions = spec.bidirectional ? 2 : 1;
  const shapes: [string, readonly number[]][] = [];
  for (let l = 0; l < layers; l++) {
    const D = l === 0 ? inputs : directions * H;
    for (const suffix of suffixes(spec, l)) {
      shapes.push([`weight_ih_${suffix}`, [GH, D]]);
      shapes.push([`weight_hh_${suffix}`, [GH, H]]);
      shapes.push([`bias_ih_${suffix}`, [GH]]);
      shapes.push([`bias_hh_${suffix}`, [GH]]);
    }
  }
  return shapes;
}

/** Zero-filled parameters of a stack. Throws RangeError naming the field that is wrong. */
export function emptyRecurrentParameters(spec: RecurrentSpec): Parameters {
  checkRecurrentSpec(spec);
  return new Map<string, Parameter>(
    recurrentShapes(spec).map(([name, shape]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { name, shape, data: new Float64Array(size) }];
    }),
  );
}

export function recurrentStack(
  spec: RecurrentSpec,
  parameters: Parameters,
  backend: Backend,
): RecurrentStack {
  checkRecurrentSpec(spec);
  const layers = Array.from({ length: spec.layers }, (_, l) =>
    recurrentLayer(spec, l, parameters, backend),
  );
  return {
    spec,
    parameters,
    forward: (x, T, B, { initial, drawMask } = {}) => {
      const passes: LayerPass[] = [];
      const final = emptyState(spec, B);
      let output = x;
      for (const layer of layers) {
        const calls = layer.forward(output, T, B, initial, final);
        output = outputOf(calls);
        const isLast = passes.length === layers.length - 1;
        const mask = isLast ? null : (drawMask?.(output.length) ?? null);
        if (mask) output = output.map((h, i) => h * mask[i]);
        passes.push({ calls, mask });
      }
      return { T, B, output, final, layers: passes };
    },
    backward: ({ B, layers: passes }, dOutput, gradients) => {
      const initial = emptyState(spec, B);
      let above = dOutput;
      for (let l = layers.length - 1; l >= 0; l--) {
        const { calls, mask } = passes[l];
        if (mask) above = above.map((d, i) => d * mask[i]);
        above = layers[l].backward(calls, above, gradients, initial);
      }
      return { dx: above, initial };
    },
  };
}

interface RecurrentLayer {
  /** Runs each direction from the initial state, or zero, and leaves where it ended in `final`. */
  forward(
    x: Float64Array,
    T: number,
    B: number,
    initial: RecurrentState | undefined,
    final: RecurrentState,
  ): RecurrentCall[];
  /** Answers ∂L/∂x; leaves ∂L/∂ of the initial state in `initial`. */
  backward(
    calls: readonly RecurrentCall[],
    dOutput: Float64Array,
    gradients: Parameters,
    initial: RecurrentState,
  ): Float64Array;
}

function recurrentLayer(
  spec: RecurrentSpec,
  l: number,
  parameters: Parameters,
  backend: Backend,
): RecurrentLayer {
  const { cell, hidden: H } = spec;
  const names = suffixes(spec, l);
  const D = l === 0 ? spec.inputs : names.length * H;
  /** The part of this layer and direction in a state [layers · directions, B, H]. */
  const own = (state: Float64Array, direction: number, B: number): Float64Array => {
    const at = (l * names.length + direction) * B * H;
    return state.subarray(at, at + B * H);
  };
  return {
    forward: (x, T, B, initial, final) =>
      names.map((name, direction) => {
        const tape = createTape(cell, T, B, H);
        if (initial) tape.h.set(own(initial.h, direction, B));
        if (initial) tape.c.set(own(initial.c, direction, B));
        const sequence = direction === 1 ? reversed(x, T) : x;
        const weights = weightsOf(parameters, name);
        const call = { cell, x: sequence, weights, tape, shape: { T, B, D, H } };
        backend.recurrentForward(call);
        own(final.h, direction, B).set(tape.h.subarray(T * B * H));
        own(final.c, direction, B).set(tape.c.subarray(T * B * H));
        return call;
      }),
    backward: (calls, dOutput, gradients, initial) => {
      const { T, B } = calls[0].shape;
      const below = new Float64Array(T * B * D);
      calls.forEach((call, direction) => {
        const half = split(dOutput, H, calls.length, direction);
        const dx = new Float64Array(T * B * D);
        backend.recurrentBackward(call, {
          dh: direction === 1 ? reversed(half, T) : half,
          weights: weightsOf(gradients, names[direction]),
          dx,
          initial: { dh: own(initial.h, direction, B), dc: own(initial.c, direction, B) },
        });
        const inOrder = direction === 1 ? reversed(dx, T) : dx;
        for (let i = 0; i < below.length; i++) below[i] += inOrder[i];
      });
      return below;
    },
  };
}

/** The hidden states of a layer [T, B, directions · H], in the order of time. */
function outputOf(calls: readonly RecurrentCall[]): Float64Array {
  const [{ shape }] = calls;
  const parts = calls.map(({ tape }, direction) => {
    const h = tape.h.subarray(shape.B * shape.H);
    return direction === 1 ? reversed(h, shape.T) : h;
  });
  return join(parts, shape.H);
}

function checkRecurrentSpec({ cell, inputs, hidden, layers }: RecurrentSpec): void {
  if (!Object.hasOwn(cells, cell)) {
    const known = Object.keys(cells).join(', ');
    throw new RangeError(`There is no cell "${String(cell)}"; choose among ${known}.`);
  }
  for (const [field, value] of Object.entries({ inputs, hidden, layers })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${field} is ${value}; a whole number from 1 on was expected.`);
    }
  }
  if (layers > LAYERS_MAX) {
    throw new RangeError(`layers is ${layers}; at most ${LAYERS_MAX} were expected.`);
  }
}

function suffixes({ bidirectional }: RecurrentSpec, layer: number): string[] {
  return bidirectional ? [`l${layer}`, `l${layer}_reverse`] : [`l${layer}`];
}

function weightsOf(parameters: Parameters, suffix: string): CellWeights {
  return {
    weightIh: parameters.get(`weight_ih_${suffix}`)!.data,
    weightHh: parameters.get(`weight_hh_${suffix}`)!.data,
    biasIh: parameters.get(`bias_ih_${suffix}`)!.data,
    biasHh: parameters.get(`bias_hh_${suffix}`)!.data,
  };
}

function emptyState({ cell, hidden, layers, bidirectional }: RecurrentSpec, B: number) {
  const size = layers * (bidirectional ? 2 : 1) * B * hidden;
  return {
    h: new Float64Array(size),
    c: new Float64Array(cells[cell].hasMemory ? size : 0),
  };
}
