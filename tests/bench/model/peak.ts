/** Multiply-adds a second that one core can do in WASM SIMD, when nothing waits for anything. */
import { newKernels, type WasmBuild } from '../../../electron/engine/training/wasm-node.ts';

const FLOPS_OF_A_ROUND = 96;
const ROUNDS = 200_000;
/** Time for the compiler to see that this is worth its while, and for the best of many runs. */
const MEASURE_MS = 1500;

/** GFLOP/s of one core, the best of several runs. */
export function peakGflops(build: WasmBuild): number {
  const { exports } = newKernels(build);
  let best = 0;
  for (const until = performance.now() + MEASURE_MS; performance.now() < until;) {
    const started = performance.now();
    exports.multiplyAdds(ROUNDS, 0.999, 0.001);
    const ms = performance.now() - started;
    best = Math.max(best, (FLOPS_OF_A_ROUND * ROUNDS) / ms / 1e6);
  }
  return best;
}
