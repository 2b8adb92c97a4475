/**
 * A simulated web server, a row a second. With the load ℓ in 0..1 (a daily wave, a short wave of
 * ten minutes, noise and bursts):
 *
 *   requests   r = 420 ℓ                        per second
 *   processor  ρ = 6 + 78 ℓ                     %
 *   latency    w = 9 / (1 − ρ / 100)            ms; the waiting time of a queue M/M/1
 *   memory     grows with the requests and falls when rubbish is collected   %
 *   disk       d = 4 + 9 ℓ                      % of the time busy
 */
import type { Channel } from '../../../shared/domain/stream.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import { progressOf, type LiveFault } from './simulator-faults.ts';

export const SERVER_CHANNELS: readonly Channel[] = [
  { name: 'Processor', unit: '%' },
  { name: 'Memory', unit: '%' },
  { name: 'Requests', unit: '1/s' },
  { name: 'Latency', unit: 'ms' },
  { name: 'Disk busy', unit: '%' },
];

export const SERVER_FAULTS = ['memory-leak', 'disk-stall', 'traffic-drop'] as const;
export type ServerFault = (typeof SERVER_FAULTS)[number];

const DAY_MS = 86_400_000;
const SHORT_WAVE_MS = 600_000;
const LEVEL_LOW = 38;
const LEVEL_HIGH = 52;

export function createServerMachine(
  { seed, startMs, periodMs }: { seed: number; startMs: number; periodMs: number },
  faultsAt: (row: number) => readonly LiveFault<ServerFault>[],
): () => readonly number[] {
  const random = createRandom(seed);
  let row = 0;
  let drift = 0;
  let burst = 0;
  let memory = LEVEL_LOW;
  return () => {
    const i = row++;
    const faults = faultsAt(i);
    const time = startMs + i * periodMs;
    drift = 0.98 * drift + 0.012 * random.normal();
    burst = random.uniform() < 0.01 ? 0.25 * random.uniform() : 0.8 * burst;
    const dropped = progressOf(faults, 'traffic-drop', i) === null ? 1 : 0.08;
    const load =
      dropped *
      within(
        0.45 + 0.2 * wave(time, DAY_MS) + 0.08 * wave(time, SHORT_WAVE_MS) + drift + burst,
        0.02,
        1.1,
      );
    const stalled = progressOf(faults, 'disk-stall', i) === null ? 0 : 1;
    const leak = 30 * (progressOf(faults, 'memory-leak', i) ?? 0);
    memory += 0.25 * load * (periodMs / 1000);
    if (memory > LEVEL_HIGH) memory = LEVEL_LOW + random.normal();
    const processor = within(6 + 78 * load + 1.2 * random.normal() + 6 * stalled, 0, 97);
    return [
      rounded(processor, 1),
      rounded(within(memory + leak + 0.2 * random.normal(), 0, 100), 2),
      rounded(Math.max(0, 420 * load + 6 * random.normal()), 0),
      rounded(9 / (1 - processor / 100) + 0.6 * Math.abs(random.normal()) + 140 * stalled, 1),
      rounded(within(4 + 9 * load + 0.8 * random.normal() + 80 * stalled, 0, 100), 1),
    ];
  };
}

function wave(time: number, periodMs: number): number {
  return Math.sin((2 * Math.PI * time) / periodMs);
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
