/** Our live step; many of them between two looks at the clock. */
import { batchedStepper } from '../../../electron/engine/training/wasm-node.ts';
import { createForecaster, type Forecaster } from '../../../shared/model/forecaster.ts';
import type { Contestant } from './contestant.ts';
import type { Shape } from './shapes.ts';

/** Streams stepped between two looks: short enough that other work seldom falls between. */
const TOGETHER = 128;

export function forecasterOf({ D, H }: Shape): Forecaster {
  return createForecaster({ inputs: D, targets: 1, hidden: H, horizons: [1] }, 1);
}

/** Time of a step of one stream, when so many go together. */
export function openLive(forecaster: Forecaster, streams: number): Contestant {
  const { inputs: D, hidden: H } = forecaster.spec;
  const calls = Math.max(1, Math.round(TOGETHER / streams));
  const step = batchedStepper(forecaster, streams);
  const [u, y] = [new Float64Array(streams * D).fill(0.5), new Float64Array(streams)];
  const [state, out] = [new Float64Array(streams * H), new Float64Array(streams)];
  return {
    name: streams === 1 ? 'offbeat wasm' : `offbeat wasm, ${streams} streams in a call`,
    note: 'plain SIMD, 1 thread',
    turn: async (steps) => {
      const ms: number[] = [];
      for (let i = 0; i < steps; i++) {
        const started = performance.now();
        for (let j = 0; j < calls; j++) step(u, y, state, out);
        ms.push((performance.now() - started) / calls / streams);
      }
      return { ms, loss: null };
    },
    close: async () => undefined,
  };
}
