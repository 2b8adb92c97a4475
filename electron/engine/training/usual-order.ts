/** A training of a usual size: eight channels, hidden 32, a minute's rhythm; for measuring only. */
import { createRandom } from '../../../shared/math/prng.ts';
import { createForecaster } from '../../../shared/model/forecaster.ts';
import { numbersOf, type TrainingOrder } from '../../../shared/train/order.ts';

const ROWS = 2000;
const CHANNELS = 8;
const SEED = 1;

export function usualOrder(): TrainingOrder {
  const random = createRandom(SEED);
  const spec = { inputs: CHANNELS, targets: CHANNELS, hidden: 32, horizons: [1, 4, 16] };
  const inputs = new Float64Array(ROWS * CHANNELS);
  for (let i = 0; i < inputs.length; i++) {
    const [row, channel] = [Math.floor(i / CHANNELS), i % CHANNELS];
    inputs[i] = Math.sin((row / 60) * (channel + 1)) + 0.1 * random.normal();
  }
  const options = { steps: 1, learningRate: 0.003, seed: SEED };
  const parameters = numbersOf(createForecaster(spec, SEED));
  return { spec, inputs, targets: inputs.slice(), rows: ROWS, options, parameters };
}
