/** Time to replay a million stored scores by each threshold: node tests/bench/threshold.ts */
import { replayThreshold } from '../../shared/detect/threshold/replay.ts';
import { JUDGES } from '../../shared/detect/threshold/threshold.ts';
import { THRESHOLD_METHODS } from '../../shared/domain/threshold.ts';
import { createRandom } from '../../shared/math/prng.ts';

const ROWS = 1_000_000;
const RUNS = 5;
const random = createRandom(1);
const scores = Float64Array.from({ length: ROWS }, () => -Math.log10(1 - random.uniform()));
for (const method of THRESHOLD_METHODS) {
  const spec = { method, parameter: JUDGES[method].defaultParameter };
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    replayThreshold(spec, scores, scores.subarray(0, 1000));
    return performance.now() - started;
  });
  console.log(`${method.padEnd(16)} ${Math.min(...times).toFixed(1)} ms`);
}
