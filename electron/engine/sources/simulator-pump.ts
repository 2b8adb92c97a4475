/**
 * A simulated feed pump: what a healthy machine and three of its faults look like, without one at
 * hand. Seeded and free of any clock: the same order gives the same numbers.
 *
 * The pump is speed controlled and follows a demand ℓ in 0..1 (a daily wave, a day shift with
 * ramps at 06:00 and 22:00 UTC, and slow noise; the swing of a day eases over the weeks, as when a
 * cold spell ends). With the speed n = 0.8 + 0.2 ℓ of the rated one, the
 * affinity laws of centrifugal pumps give the rest:
 *
 *   pressure     P = 4.1 n²                        head goes with the square of the speed
 *   current      I = 9 + 38 n³                     power goes with its cube
 *   vibration    v = 1.1 + 1.2 n²                  out-of-balance forces go with the square
 *   temperature  τ dT/dt = T_air + 0.019 I² − T    losses heat the bearing; it lags by τ = 75 min
 *
 * Each sensor adds noise that is correlated in time, e ← φ e + σ √(1 − φ²) ε with
 * φ = exp(−period / τ_e), and rounds to its resolution.
 */
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import { createRandom, type Random } from '../../../shared/math/prng.ts';
import { planFaults, severityOf, type PlannedFault, type PumpFault } from './simulator-faults.ts';

export type { PumpFault } from './simulator-faults.ts';

export interface PumpOrder {
  readonly seed: number;
  readonly rows: number;
  /** Time of the first row, ms. */
  readonly startMs: number;
  readonly periodMs: number;
}

export interface PumpRecording {
  readonly channels: readonly Channel[];
  readonly batch: SampleBatch;
  /** What was built in, in time order; the first half of the recording is healthy. */
  readonly faults: readonly PumpFault[];
}

export const PUMP_CHANNELS: readonly Channel[] = [
  { name: 'Outlet pressure', unit: 'bar' },
  { name: 'Motor current', unit: 'A' },
  { name: 'Vibration', unit: 'mm/s' },
  { name: 'Bearing temperature', unit: '°C' },
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BEARING_LAG_MS = 75 * MINUTE_MS;

/** Noise of each sensor: standard deviation, correlation time, resolution. */
const SENSORS = [
  { sigma: 0.02, correlationMs: 2 * MINUTE_MS, digits: 3 },
  { sigma: 0.35, correlationMs: 3 * MINUTE_MS, digits: 2 },
  { sigma: 0.06, correlationMs: MINUTE_MS, digits: 3 },
  { sigma: 0.12, correlationMs: 8 * MINUTE_MS, digits: 2 },
] as const;

/** Throws RangeError when the order holds no recording. */
export function simulatePump({ seed, rows, startMs, periodMs }: PumpOrder): PumpRecording {
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`${rows} rows were asked of the pump; at least 1 is needed.`);
  }
  if (!(periodMs > 0)) {
    throw new RangeError(`A period of ${periodMs} ms was asked of the pump; choose more than 0.`);
  }
  const faults = planFaults(rows);
  const next = createPump({ seed, startMs, periodMs }, () => faults);
  const t = Float64Array.from({ length: rows }, (_, i) => startMs + i * periodMs);
  const columns = PUMP_CHANNELS.map(() => new Float64Array(rows));
  for (let i = 0; i < rows; i++) next().forEach((value, k) => (columns[k][i] = value));
  return {
    channels: PUMP_CHANNELS,
    batch: { t, columns },
    faults: faults.map(({ first, last, kind }) => ({ from: t[first], to: t[last], kind })),
  };
}

/** Row after row without an end: each call answers the next values. `faultsAt`: around a row. */
export function createPump(
  { seed, startMs, periodMs }: Omit<PumpOrder, 'rows'>,
  faultsAt: (row: number) => readonly PlannedFault[],
): () => readonly number[] {
  const random = createRandom(seed);
  const noise = SENSORS.map((s) => correlatedNoise(random, s.sigma, s.correlationMs, periodMs));
  const demandNoise = correlatedNoise(random, 0.02, 25 * MINUTE_MS, periodMs);
  const readCurrent = createBreakingSensor();
  let row = 0;
  let bearing = NaN;
  return () => {
    const i = row++;
    const faults = faultsAt(i);
    const time = startMs + i * periodMs;
    const machine = machineAt(time, swingAt(i * periodMs), demandNoise(), faults, i, random);
    if (i === 0) bearing = machine.bearingTarget;
    bearing += (machine.bearingTarget - bearing) * (1 - Math.exp(-periodMs / BEARING_LAG_MS));
    const truth = [machine.pressure, machine.current, machine.vibration, bearing];
    const read = truth.map((value, k) => rounded(value + noise[k](), SENSORS[k].digits));
    read[1] = readCurrent(read[1], i, faults);
    return read;
  };
}

interface Machine {
  readonly pressure: number;
  readonly current: number;
  readonly vibration: number;
  /** Where the bearing temperature would settle. */
  readonly bearingTarget: number;
}

/** The laws above, with what cavitation and a worn bearing change in them. */
function machineAt(
  time: number,
  swing: number,
  demandNoise: number,
  faults: readonly PlannedFault[],
  row: number,
  random: Random,
): Machine {
  const cavitation = severityOf(faults, 'cavitation', row);
  const wear = severityOf(faults, 'bearing-wear', row);
  // Drawn on every row, so that a fault changes nothing outside itself.
  const bubbles = Math.abs(random.normal());
  const n = 0.8 + 0.2 * Math.min(1.1, Math.max(0, demandAt(time, swing) + demandNoise));
  const air = 21 + 2.5 * swing * Math.sin((2 * Math.PI * (time - 9 * HOUR_MS)) / DAY_MS);
  const current = (9 + 38 * n ** 3) * (1 - 0.07 * cavitation);
  return {
    pressure: 4.1 * n ** 2 * (1 - cavitation * (0.2 + 0.04 * bubbles)),
    current: current + 0.8 * wear,
    vibration: 1.1 + 1.2 * n ** 2 + cavitation * (1.3 + 0.9 * bubbles) + 1.9 * wear,
    bearingTarget: air + 0.019 * current ** 2 + 17 * wear,
  };
}

/** ℓ: a daily wave under a day shift that ramps up from 06:00 and down from 22:00 UTC. */
function demandAt(time: number, swing: number): number {
  const hour = (((time % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
  const shift = ramp((hour - 6) / 0.75) - ramp((hour - 22) / 0.75);
  const wave = 0.5 * (shift - 0.5) + 0.13 * Math.sin((2 * Math.PI * (hour - 8)) / 24);
  return 0.55 + swing * wave;
}

/** Height of the daily wave after so much time: 1.15 at first, 0.75 in the end. */
function swingAt(elapsedMs: number): number {
  return 0.75 + 0.4 * Math.exp(-elapsedMs / (12 * DAY_MS));
}

/** 0 below 0, 1 above 1, smooth between. */
function ramp(x: number): number {
  const u = Math.min(1, Math.max(0, x));
  return u * u * (3 - 2 * u);
}

/** A stuck current sensor first jumps, then repeats the last value it read. */
function createBreakingSensor(): (
  current: number,
  row: number,
  faults: readonly PlannedFault[],
) => number {
  let last = NaN;
  return (current, row, faults) => {
    const fault = faults.find(({ kind }) => kind === 'sensor-stuck');
    if (!fault || row < fault.first || row > fault.last) return (last = current);
    if (Number.isNaN(last)) last = current;
    const jumpRows = Math.min(4, 1 + fault.last - fault.first);
    return row < fault.first + jumpRows ? rounded(last + 27.4, 2) : last;
  };
}

function correlatedNoise(
  random: Random,
  sigma: number,
  correlationMs: number,
  periodMs: number,
): () => number {
  const phi = Math.exp(-periodMs / correlationMs);
  let e = sigma * random.normal();
  return () => (e = phi * e + sigma * Math.sqrt(1 - phi * phi) * random.normal());
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
