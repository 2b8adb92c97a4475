/** All that the host may call. */
export { packColumns, packRows } from './product';
export { affineForward, affineInputs, affineWeights } from './affine';
export { backwardRoom, recurrentBackward, recurrentForward } from './recurrent';
export {
  add,
  addProduct,
  addScaled,
  addTwo,
  copy,
  copyColumns,
  fillZero,
  maxBackward,
  maxForward,
  multiply,
  patches,
  reluBackward,
  reluForward,
  tanhBackward,
  tanhForward,
} from './elementwise';
export { attentionBackward, attentionForward } from './attention';
export { columnSums, normBackward, normForward } from './batch-norm';
export { crossEntropy, gaussian, pointwise } from './losses';
export { reduceGradient, sumSquares, update } from './optimiser';
export { stepForecaster } from './step';
export { multiplyAdds } from './peak';
