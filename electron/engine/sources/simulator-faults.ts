/** When the simulated pump breaks, and how hard. All of it in the second half of the recording. */
import { createRandom } from '../../../shared/math/prng.ts';

export type FaultKind = 'cavitation' | 'bearing-wear' | 'sensor-stuck';

/** A fault as the machine's log would tell it: both times in ms, inclusive. */
export interface PumpFault {
  readonly from: number;
  readonly to: number;
  readonly kind: FaultKind;
}

/** The same by rows, inclusive. */
export interface PlannedFault {
  readonly first: number;
  readonly last: number;
  readonly kind: FaultKind;
}

/** Shares of the recording. */
const PLAN = [
  { from: 0.56, to: 0.575, kind: 'cavitation' },
  { from: 0.7, to: 0.79, kind: 'bearing-wear' },
  { from: 0.905, to: 0.915, kind: 'sensor-stuck' },
] as const;

/** Shorter recordings than this hold no fault. */
const ROWS_MIN = 40;

export function planFaults(rows: number): PlannedFault[] {
  if (rows < ROWS_MIN) return [];
  return PLAN.map(({ from, to, kind }) => ({
    first: Math.round(from * rows),
    last: Math.max(Math.round(from * rows), Math.round(to * rows) - 1),
    kind,
  }));
}

/**
 * 0..1 at a row. Cavitation sets in and ends within a tenth of its time; wear creeps with the
 * square of its progress and ends when the bearing is replaced.
 */
export function severityOf(
  faults: readonly PlannedFault[],
  kind: 'cavitation' | 'bearing-wear',
  row: number,
): number {
  const fault = faults.find((candidate) => candidate.kind === kind);
  if (!fault || row < fault.first || row > fault.last) return 0;
  const progress = (row - fault.first + 1) / (fault.last - fault.first + 1);
  if (kind === 'bearing-wear') return progress ** 2;
  return Math.min(1, 10 * progress, 10 * (1 - progress) + 0.1);
}

/** A fault of a machine that runs without an end: rows inclusive. */
export interface LiveFault<Kind extends string> {
  readonly first: number;
  readonly last: number;
  readonly kind: Kind;
}

/** Rows of a round; one round holds each fault once, and the first half of the first one none. */
const ROUND_ROWS = 3600;

/**
 * The faults around a row: round after round each kind once, at a seeded place and of a seeded
 * length of 1 to 3 % of the round, one after the other.
 */
export function createFaultRounds<Kind extends string>(
  kinds: readonly Kind[],
  seed: number,
): (row: number) => readonly LiveFault<Kind>[] {
  let round = -1;
  let faults: LiveFault<Kind>[] = [];
  return (row) => {
    const wanted = Math.floor(row / ROUND_ROWS);
    if (wanted === round) return faults;
    round = wanted;
    // A seed of its own for each round, so that a round is the same however one came to it.
    const random = createRandom(seed + 1_000_003 * (round + 1));
    const half = ROUND_ROWS / 2;
    const slot = half / kinds.length;
    faults = kinds.map((kind, k) => {
      const first = Math.floor(half + k * slot + random.uniform() * slot * 0.5);
      const rows = Math.floor(ROUND_ROWS * (0.01 + 0.02 * random.uniform()));
      return { first: round * ROUND_ROWS + first, last: round * ROUND_ROWS + first + rows, kind };
    });
    return faults;
  };
}

/** 0..1 within the fault of a kind, else null. */
export function progressOf<Kind extends string>(
  faults: readonly LiveFault<Kind>[],
  kind: Kind,
  row: number,
): number | null {
  const fault = faults.find((one) => one.kind === kind);
  if (!fault || row < fault.first || row > fault.last) return null;
  return (row - fault.first + 1) / (fault.last - fault.first + 1);
}
