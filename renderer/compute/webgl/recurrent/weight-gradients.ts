import { addInputGradient, dense } from '../product.ts';
import { rowSum } from '../sums.ts';
import type { Surface } from '../surface.ts';
import { addWeightGradient } from '../weight-gradient.ts';
import { one, type Layer } from './layer.ts';

/** Products over all steps at once; h of the step before is the output, looked at one step back. */
export function weightGradients(layer: Layer, stateSide: Surface, inputSide: Surface): () => void {
  const { memory, x, y, weightIh, weightHh, biasIh, biasHh, initial, gates } = layer;
  const inputs = dense(x.layout, gates, weightIh.layout);
  const states = dense(y.layout, gates, weightHh.layout, layer.isReversed ? -1 : 1);
  const addIh = addWeightGradient(memory, inputs, weightIh);
  const addHh = addWeightGradient(memory, states, weightHh);
  const sumIh = rowSum(memory, gates, biasIh);
  const sumHh = rowSum(memory, gates, biasHh);
  const addDx = x.hasGradient ? addInputGradient(memory, inputs, x) : null;
  const [h0] = initial;
  const first = layer.stepOf(0);
  const begin = h0 && dense(h0.layout, one(gates), weightHh.layout);
  const addBegin = begin && addWeightGradient(memory, begin, weightHh, first, gates);
  const addDh0 = h0?.hasGradient ? addInputGradient(memory, begin, h0, first, gates) : null;
  return () => {
    addIh(x.value, inputSide);
    addHh(y.value, stateSide);
    sumIh(inputSide);
    sumHh(stateSide);
    addDx?.(inputSide, weightIh.value);
    addBegin?.(h0.value, stateSide);
    addDh0?.(stateSide, weightHh.value);
  };
}
