/** The live step in onnxruntime-web: the forecaster that our stepper runs, exported. */
import { onnxBytes } from '../../../electron/engine/export/onnx-bytes.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import { forecasterToOnnx } from '../../../shared/model/onnx/export-network.ts';
import type { Entry } from './contestant.ts';

const NAME = 'onnxruntime-web';

export async function openOnnxruntime(forecaster: Forecaster): Promise<Entry> {
  const ort = await import('onnxruntime-web').catch(() => null);
  if (!ort) return { name: NAME, missing: 'The package is missing: npm install.' };
  ort.env.wasm.numThreads = 1;
  const options = { executionProviders: ['wasm'] };
  const session = await ort.InferenceSession.create(
    onnxBytes(forecasterToOnnx(forecaster)),
    options,
  );
  const { inputs: D, targets: K, hidden: H } = forecaster.spec;
  const zeros = (C: number) => new ort.Tensor('float32', new Float32Array(C), [1, 1, C]);
  const [u, y] = [zeros(D), zeros(K)];
  let h0 = zeros(H);
  return {
    contestant: {
      name: NAME,
      note: `${ort.env.versions.web ?? ''} wasm, 1 thread`.trim(),
      turn: async (steps) => {
        const ms: number[] = [];
        for (let i = 0; i < steps; i++) {
          const started = performance.now();
          const out = await session.run({ u, y, h0 });
          ms.push(performance.now() - started);
          h0 = out.h as typeof h0;
        }
        return { ms, loss: null };
      },
      close: () => session.release(),
    },
  };
}
