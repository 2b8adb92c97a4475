/** Contestants take turns; a machine that is busy for a while is so for all of them. */
import type { Contestant } from './contestant.ts';

export interface RaceRules {
  readonly rounds: number;
  /** About so long is a turn. */
  readonly turnMs: number;
  /** Nobody runs longer in all, once it had one turn. */
  readonly limitMs: number;
}

export interface Result {
  readonly name: string;
  readonly note: string;
  /** Milliseconds of a step: the median over all of them. */
  readonly ms: number;
  readonly steps: number;
  /** After the warm-up, when all have done the same; null where there is none. */
  readonly loss: number | null;
}

const WARM_UP_STEPS = 2;
const STEPS_MAX = 400;

export async function race(
  contestants: readonly Contestant[],
  { rounds, turnMs, limitMs }: RaceRules,
): Promise<Result[]> {
  const runners = [];
  for (const contestant of contestants) {
    const { loss } = await contestant.turn(WARM_UP_STEPS);
    const { spentMs } = await clocked(contestant, 1);
    const steps = Math.min(STEPS_MAX, Math.max(1, Math.round(turnMs / spentMs)));
    // Compilers need more than two steps to warm to a small task.
    if (steps > 1) await contestant.turn(steps);
    runners.push({ contestant, loss, steps, ms: [] as number[], spentMs: 0 });
  }
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) {
      if (runner.spentMs > limitMs) continue;
      const { ms, spentMs } = await clocked(runner.contestant, runner.steps);
      runner.ms.push(...ms);
      runner.spentMs += spentMs;
    }
  }
  return runners.map(({ contestant: { name, note = '' }, loss, ms }) => {
    return { name, note, loss, ms: median(ms), steps: ms.length };
  });
}

/** A turn, and what it took in all: a step may be a thousand of them. */
async function clocked(contestant: Contestant, steps: number) {
  const started = performance.now();
  const { ms } = await contestant.turn(steps);
  return { ms, spentMs: performance.now() - started };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
