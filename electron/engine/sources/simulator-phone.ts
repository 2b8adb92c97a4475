/**
 * The accelerometer of a simulated phone in a pocket, in m/s². Gravity lies along a slowly turning
 * axis; its carrier stands, walks (1.9 steps/s) and runs (2.8 steps/s) in turn. A step is the sum
 * of its first two harmonics, a (sin φ + 0.4 sin 2φ), strongest along the axis of gravity.
 */
import type { Channel } from '../../../shared/domain/stream.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import { progressOf, type LiveFault } from './simulator-faults.ts';

export const PHONE_CHANNELS: readonly Channel[] = [
  { name: 'Acceleration x', unit: 'm/s²' },
  { name: 'Acceleration y', unit: 'm/s²' },
  { name: 'Acceleration z', unit: 'm/s²' },
];

export const PHONE_FAULTS = ['fall', 'tremor', 'axis-stuck'] as const;
export type PhoneFault = (typeof PHONE_FAULTS)[number];

const GRAVITY = 9.81;
const GAITS = [
  { stepsHz: 0, amplitude: 0 },
  { stepsHz: 1.9, amplitude: 2.4 },
  { stepsHz: 2.8, amplitude: 6.5 },
] as const;
/** A gait lasts so long at least, and up to three times that. */
const GAIT_MS = 15_000;

export function createPhoneMachine(
  { seed, periodMs }: { seed: number; periodMs: number },
  faultsAt: (row: number) => readonly LiveFault<PhoneFault>[],
): () => readonly number[] {
  const random = createRandom(seed);
  let row = 0;
  let phase = 0;
  let tilt = 0.3;
  let gait: (typeof GAITS)[number] = GAITS[1];
  let gaitLeftMs = 2 * GAIT_MS;
  let stuckX = NaN;
  return () => {
    const i = row++;
    const faults = faultsAt(i);
    gaitLeftMs -= periodMs;
    if (gaitLeftMs <= 0) {
      gait = GAITS[random.integer(GAITS.length)];
      gaitLeftMs = GAIT_MS * (1 + 2 * random.uniform());
    }
    phase += (2 * Math.PI * gait.stepsHz * periodMs) / 1000;
    tilt += 0.002 * random.normal() + 0.0005 * (0.3 - tilt);
    const step = gait.amplitude * (Math.sin(phase) + 0.4 * Math.sin(2 * phase));
    const upright = (GRAVITY + step) * weightOf(progressOf(faults, 'fall', i));
    const shaking = progressOf(faults, 'tremor', i) === null ? 0.06 : 1.8;
    const x = upright * Math.sin(tilt) + 0.35 * step + shaking * random.normal();
    const y = upright * Math.cos(tilt) + shaking * random.normal();
    const z = 0.5 * step * Math.cos(phase / 2) + shaking * random.normal();
    const isStuck = progressOf(faults, 'axis-stuck', i) !== null;
    if (!isStuck) stuckX = x;
    return [isStuck ? stuckX : x, y, z].map((value) => Number(value.toFixed(3)));
  };
}

/** A falling body weighs nothing, then hits the ground, then lies. */
function weightOf(progress: number | null): number {
  if (progress === null || progress > 0.4) return 1;
  return progress < 0.3 ? 0.03 : 3.5;
}
