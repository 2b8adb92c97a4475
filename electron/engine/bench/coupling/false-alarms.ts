/** False alarms a day at the threshold that finds a given share of the faults. */
import type { JudgedPump } from './couple-pump.ts';

/** Alarms that close together are one to whoever is told. */
const MERGE_ROWS = 20;
/** What a fault leaves behind in smoothed scores counts as found, not as false. */
const AFTER_ROWS = 60;
const DAY_MS = 86_400_000;

export interface AlarmCount {
  readonly recall: number;
  readonly falsePerDay: number;
}

type Way = 'plain' | 'coupled';

/** At a threshold `factor` times the usual one, over all pumps. */
export function alarmsAt(pumps: readonly JudgedPump[], way: Way, factor: number): AlarmCount {
  let [found, faults, wrong, days] = [0, 0, 0, 0];
  for (const { pump, from, ...ratios } of pumps) {
    const { t } = pump.batch;
    const ratio = ratios[way];
    const covers = pump.faults.map((fault) => [rowAt(t, fault.from), rowAt(t, fault.to)] as const);
    const hit = new Set<number>();
    let quietFrom = -Infinity;
    for (let row = from; row < ratio.length; row++) {
      if (!(ratio[row] >= factor)) continue;
      const fault = covers.findIndex(([first, last]) => row >= first && row <= last + AFTER_ROWS);
      if (fault >= 0) hit.add(fault);
      else if (row > quietFrom) wrong++;
      quietFrom = row + MERGE_ROWS;
    }
    found += hit.size;
    faults += covers.length;
    days += (t[t.length - 1] - t[from]) / DAY_MS;
  }
  return { recall: found / faults, falsePerDay: wrong / days };
}

function rowAt(t: Float64Array, time: number): number {
  return t.findIndex((one) => one >= time);
}

export interface CouplingResult {
  /** Asked for of both. */
  readonly recall: number;
  readonly plain: AlarmCount;
  readonly coupled: AlarmCount;
  /** Share of the false alarms that coupling takes away. */
  readonly saved: number;
}

/** The highest threshold of each that finds at least this share of the faults. */
export function compareAt(pumps: readonly JudgedPump[], recall: number): CouplingResult {
  const [plain, coupled] = (['plain', 'coupled'] as const).map((way) =>
    alarmsAt(pumps, way, factorFor(pumps, way, recall)),
  );
  return { recall, plain, coupled, saved: 1 - coupled.falsePerDay / plain.falsePerDay };
}

function factorFor(pumps: readonly JudgedPump[], way: Way, recall: number): number {
  // Each fault is found up to the highest ratio in it.
  const highest = pumps
    .flatMap(({ pump, ...ratios }) => {
      const { t } = pump.batch;
      return pump.faults.map(({ from, to }) => {
        const own = ratios[way].subarray(rowAt(t, from), rowAt(t, to) + 1 + AFTER_ROWS);
        return own.reduce((most, value) => (value > most ? value : most), 0);
      });
    })
    .sort((a, b) => b - a);
  return highest[Math.min(highest.length, Math.ceil(recall * highest.length)) - 1];
}
