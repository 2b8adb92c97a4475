/** What a network is made of, as plain data. B batch, T steps, D inputs, H hidden, K outputs. */
import { cells, type CellName } from './cells/cell.ts';

const LAYERS_MAX = 4;

/** A stack of recurrent layers, as torch.nn.RNN, LSTM and GRU compose them. */
export interface RecurrentSpec {
  readonly cell: CellName;
  /** D: inputs per step. */
  readonly inputs: number;
  /** H: hidden units per direction. */
  readonly hidden: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Probability of dropping a unit between two layers; 0 unless given. */
  readonly dropout?: number;
}

/** A convolution over time with ReLU behind it; it shortens long sequences. */
export interface ConvolutionSpec {
  readonly outputs: number;
  readonly width: number;
  readonly stride: number;
  readonly padding: number;
  /** Batch normalisation between convolution and ReLU; false unless given. */
  readonly isNormalised?: boolean;
}

export const READINGS = ['steps', 'last', 'mean', 'max', 'mean-max', 'attention'] as const;
/**
 * How the head reads the states: at every step, the last one, their mean or largest over time, both
 * beside each other, or by attention.
 */
export type Reading = (typeof READINGS)[number];

export type NetworkSpec = StackSpec | SegmentsSpec | EncoderDecoderSpec | CombinedSpec;

/** Convolutions, a recurrent stack, and a dense head on what it reads of the states. */
export interface StackSpec {
  readonly kind?: 'stack';
  /** D: inputs per step. */
  readonly inputs: number;
  readonly convolutions: readonly ConvolutionSpec[];
  readonly recurrent: Omit<RecurrentSpec, 'inputs'>;
  readonly head: {
    readonly reading: Reading;
    readonly outputs: number;
    /** Probability of dropping a unit before the head; 0 unless given. */
    readonly dropout?: number;
    /** A linear path from the inputs past the states; needs the reading `steps`. */
    readonly hasSkip?: boolean;
  };
}

/** Segment GRU for forecasts over many steps; see `networks/segments.ts`. */
export interface SegmentsSpec {
  readonly kind: 'segments';
  /** w: values of a segment. */
  readonly inputs: number;
  readonly hidden: number;
  /** Segments ahead. */
  readonly ahead: number;
  /** Before the head; 0 unless given. */
  readonly dropout?: number;
}

/** Encoder–decoder; see `networks/encoder-decoder.ts`. */
export interface EncoderDecoderSpec {
  readonly kind: 'encoder-decoder';
  readonly cell: CellName;
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  /** K: what a step of the decoder gives, and the next one reads. */
  readonly outputs: number;
  /** Steps of the decoder. */
  readonly ahead: number;
  readonly hasAttention: boolean;
  /** Probability, by step and row, that the decoder reads the true value before in training. */
  readonly teacherForcing: number;
  /** Between two layers; 0 unless given. */
  readonly dropout?: number;
}

/** The network of primers on text; see `networks/combined.ts`. */
export interface CombinedSpec {
  readonly kind: 'combined';
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly reading: 'steps' | 'last';
}

/** A many-to-many forecaster of K targets at several horizons with a skip from the last value. */
export interface ForecasterSpec {
  /** D: inputs per row. */
  readonly inputs: number;
  /** K: targets per row. */
  readonly targets: number;
  /** H: GRU hidden units. */
  readonly hidden: number;
  /** Steps ahead, ascending, e.g. 1, 4, 16. */
  readonly horizons: readonly number[];
  /** L of the equation in `forecaster.ts`; true unless given. */
  readonly hasSkip?: boolean;
}

/** Throws RangeError naming the field, what was found and what was expected. */
export function checkPositive(fields: Readonly<Record<string, number>>): void {
  for (const [field, value] of Object.entries(fields)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(`${field} is ${value}; a whole number from 1 on was expected.`);
  }
}

export function checkForecasterSpec({ horizons, inputs, targets, hidden }: ForecasterSpec): void {
  checkPositive({ inputs, targets, hidden });
  if (horizons.length === 0) throw new RangeError('horizons is empty; at least one is needed.');
  for (const horizon of horizons) checkPositive({ horizons: horizon });
}

export function checkRecurrentSpec(spec: RecurrentSpec): void {
  const { cell, inputs, hidden, layers, dropout = 0 } = spec;
  if (!Object.hasOwn(cells, cell)) {
    const known = Object.keys(cells).join(', ');
    throw new RangeError(`There is no cell "${String(cell)}"; choose among ${known}.`);
  }
  checkPositive({ inputs, hidden, layers });
  if (layers > LAYERS_MAX) {
    throw new RangeError(`layers is ${layers}; at most ${LAYERS_MAX} were expected.`);
  }
  checkDropout(dropout);
}

export function checkDropout(dropout: number): void {
  if (dropout >= 0 && dropout < 1) return;
  throw new RangeError(`dropout is ${dropout}; a probability from 0 up to below 1 was expected.`);
}
