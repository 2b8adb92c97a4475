/**
 * The simulated pump as a batch process drives it: it idles, ramps up, runs, ramps down and idles
 * again, each for a drawn time. Laws of the same form hold as for the pump that follows a demand
 * (simulator-pump.ts), by its speed n:
 *
 *   pressure P = 4.1 n²,  current I = 9 + 38 n³,  vibration v = 0.5 + 1.7 n² + resonance,
 *   temperature  τ dT/dt = T_air + 0.019 I² − T,  τ = 20 min
 *
 * At n = 0.6 the shaft passes its critical speed: a ramp shakes, and is healthy. Every batch is run
 * at a speed of its own. What is a fault in one mode is ordinary in another: a pump that draws up
 * to 5 A more while it idles, or shakes as on a ramp while it runs, shows nothing it never shows.
 */
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import { createRandom, type Random } from '../../../shared/math/prng.ts';
import { PUMP_CHANNELS, type PumpOrder } from './simulator-pump.ts';

export const PUMP_MODES = ['idle', 'ramp', 'run'] as const;
export type PumpMode = (typeof PUMP_MODES)[number];

/** A fault belongs to its mode: it drags while it idles, it shakes while it runs. */
const FAULTS = { idle: 'drag', run: 'shake' } as const;

export interface ModeFault {
  /** ms, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly mode: PumpMode;
  readonly kind: (typeof FAULTS)[keyof typeof FAULTS];
}

export interface ModeStretch {
  /** Rows, both ends inclusive. */
  readonly first: number;
  readonly last: number;
  readonly mode: PumpMode;
  /** Share of the rated speed at its end. */
  readonly speed: number;
}

export interface ModeRecording {
  readonly channels: readonly Channel[];
  readonly batch: SampleBatch;
  readonly modes: readonly ModeStretch[];
  /** All in the second half. */
  readonly faults: readonly ModeFault[];
}

const MINUTE_MS = 60_000;
const BEARING_LAG_MS = 20 * MINUTE_MS;
const AIR = 21;
/** Speed in idling, and the slowest and fastest that a batch is run with. */
const IDLE_SPEED = 0.35;
const RUN_SPEEDS = [0.85, 1] as const;
const CRITICAL_SPEED = 0.6;
/** Shortest and longest time in each mode, minutes. */
const MINUTES = { idle: [12, 50], ramp: [6, 10], run: [20, 80] } as const;
/** Sensor noise: standard deviation of each channel. */
const NOISE = [0.02, 0.35, 0.05, 0.12] as const;
/** Chance of a fault in an idle or running stretch of the second half. */
const FAULT_CHANCE = 0.35;
const FAULT_MINUTES = 8;
/** From hardly to be seen to plain. */
const SEVERITY_MIN = 0.15;

/** The same order gives the same numbers. */
export function simulateModes({ seed, rows, startMs, periodMs }: PumpOrder): ModeRecording {
  const random = createRandom(seed);
  const modes = drawModes(random, rows, periodMs);
  const faults = drawFaults(random, modes, rows, periodMs);
  const t = Float64Array.from({ length: rows }, (_, i) => startMs + i * periodMs);
  const columns = PUMP_CHANNELS.map(() => new Float64Array(rows));
  let bearing = AIR + 2;
  let wander = 0;
  let before = IDLE_SPEED;
  for (const stretch of modes) {
    const after = stretch.speed;
    for (let i = stretch.first; i <= stretch.last; i++) {
      wander += 0.05 * (random.normal() * 0.05 - wander);
      const n = between(before, after, stretch, i) + wander;
      const fault = faults.find(({ first, last }) => i >= first && i <= last) ?? null;
      const truth = machineAt(n, fault, random);
      const target = AIR + 0.019 * truth[1] ** 2;
      bearing += (target - bearing) * (1 - Math.exp(-periodMs / BEARING_LAG_MS));
      [...truth, bearing].forEach((value, k) => {
        columns[k][i] = value + NOISE[k] * random.normal();
      });
    }
    before = after;
  }
  return {
    ...{ channels: PUMP_CHANNELS, batch: { t, columns }, modes },
    faults: faults.map(({ first, last, mode, kind }) => ({
      from: t[first],
      to: t[last],
      mode,
      kind,
    })),
  };
}

/** Pressure, current and vibration. */
function machineAt(n: number, fault: RowFault | null, random: Random): number[] {
  const drag = fault?.kind === 'drag' ? fault.severity : 0;
  const shake = fault?.kind === 'shake' ? fault.severity : 0;
  const resonance = 2.2 * Math.exp(-(((n - CRITICAL_SPEED) / 0.08) ** 2));
  const bubbles = Math.abs(random.normal());
  return [
    4.1 * n ** 2,
    9 + 38 * n ** 3 + 5 * drag,
    0.5 + 1.7 * n ** 2 + resonance + shake * (0.5 + 0.3 * bubbles),
  ];
}

/** The speed on the way from the stretch before to the speed of this one. */
function between(before: number, after: number, { first, last }: ModeStretch, row: number): number {
  const u = (row - first) / Math.max(1, last - first);
  return before + (after - before) * u * u * (3 - 2 * u);
}

const ROUND: readonly PumpMode[] = ['idle', 'ramp', 'run', 'ramp'];

function drawModes(random: Random, rows: number, periodMs: number): ModeStretch[] {
  const modes: ModeStretch[] = [];
  const [slowest, fastest] = RUN_SPEEDS;
  let batch = IDLE_SPEED;
  for (let first = 0, k = 0; first < rows; k++) {
    const mode = ROUND[k % ROUND.length];
    if (mode === 'idle') batch = slowest + (fastest - slowest) * random.uniform();
    const isUp = mode === 'run' || (mode === 'ramp' && k % ROUND.length === 1);
    const [least, most] = MINUTES[mode];
    const minutes = least + (most - least) * random.uniform();
    const length = Math.max(2, Math.round((minutes * MINUTE_MS) / periodMs));
    const last = Math.min(rows, first + length) - 1;
    modes.push({ first, last, mode, speed: isUp ? batch : IDLE_SPEED });
    first = last + 1;
  }
  return modes;
}

interface RowFault {
  readonly first: number;
  readonly last: number;
  readonly mode: PumpMode;
  readonly kind: ModeFault['kind'];
  /** 0..1 */
  readonly severity: number;
}

function drawFaults(
  random: Random,
  modes: readonly ModeStretch[],
  rows: number,
  periodMs: number,
): RowFault[] {
  const length = Math.round((FAULT_MINUTES * MINUTE_MS) / periodMs);
  return modes.flatMap(({ first, last, mode }) => {
    const isHit = random.uniform() < FAULT_CHANCE;
    const severity = SEVERITY_MIN + (1 - SEVERITY_MIN) * random.uniform();
    const room = last - first - 2 * length;
    const at = first + Math.floor(length / 2 + room * random.uniform());
    if (mode === 'ramp' || !isHit || first < rows / 2 || room < length) return [];
    return [{ first: at, last: at + length - 1, mode, kind: FAULTS[mode], severity }];
  });
}
