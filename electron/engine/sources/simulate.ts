/** A simulated machine as a live feed, for trying things without one. */
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createMachine } from './simulated-machine.ts';
import { sleep } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece } from './source.ts';

export type SimulateConfig = Extract<SourceConfig, { kind: 'simulate' }>;

/** Rows of one piece: what a reader that fell behind gets at once. */
const ROWS_MAX = 10_000;

/** Its clock starts now, or when it is told, and runs `speed` times as fast as ours. */
export function createSimulateSource(
  config: SimulateConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  return {
    read: async function* (signal) {
      const { periodMs, speed, seed } = config;
      const begun = Date.now();
      const startMs = config.startMs ?? Math.floor(begun / periodMs) * periodMs;
      const machine = createMachine(config.machine, { seed, startMs, periodMs });
      const names = machine.channels.map(({ name, unit }) => (unit ? `${name} (${unit})` : name));
      host.status('open', `simulated ${config.machine}, seed ${seed}`);
      let row = 0;
      while (!signal.aborted) {
        const due = Math.floor((speed * (Date.now() - begun)) / periodMs) + 1;
        const count = Math.min(ROWS_MAX, due - row);
        if (count > 0) {
          yield pieceOf(names, startMs + row * periodMs, periodMs, count, machine.next);
          row += count;
        } else {
          await sleep(Math.max(limits.replayBatchMs, periodMs / speed / 2), signal);
        }
      }
      host.status('ended', `simulated ${config.machine}`);
    },
  };
}

function pieceOf(
  names: readonly string[],
  firstMs: number,
  periodMs: number,
  count: number,
  next: () => readonly number[],
): SourcePiece {
  const t = new Float64Array(count);
  const columns = names.map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    t[i] = firstMs + i * periodMs;
    next().forEach((value, k) => (columns[k][i] = value));
  }
  const content = { names, t, columns };
  return { content, arrived: Date.now(), origin: '', complete: true, subject: '' };
}
