/** When the simulated pump breaks, and how hard. All of it in the second half of the recording. */
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
