/** What a network is made of, as plain data. B batch, T steps, D inputs, H hidden, K outputs. */

/**
 * A many-to-many GRU forecaster of K targets at several horizons with a skip from the last value.
 */
export interface ForecasterSpec {
  /** D: inputs per row. */
  readonly inputs: number;
  /** K: targets per row. */
  readonly targets: number;
  /** H: GRU hidden units. */
  readonly hidden: number;
  /** Steps ahead, ascending, e.g. 1, 4, 16. */
  readonly horizons: readonly number[];
}

/** A named parameter; shape and layout as in PyTorch, row-major. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Parameters = ReadonlyMap<string, Parameter>;

/** Throws RangeError naming the field, what was found and what was expected. */
export function checkSpec(spec: ForecasterSpec): void {
  const positive = (field: string, value: number): void => {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${field} is ${value}; a whole number from 1 on was expected.`);
    }
  };
  positive('inputs', spec.inputs);
  positive('targets', spec.targets);
  positive('hidden', spec.hidden);
  if (spec.horizons.length === 0)
    throw new RangeError('horizons is empty; at least one is needed.');
  for (const horizon of spec.horizons) positive('horizons', horizon);
}
