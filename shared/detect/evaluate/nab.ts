/**
 * The Numenta Anomaly Benchmark's score (Lavin and Ahmad 2015), for alarms on a stream.
 *
 *   σ(y) = 2/(1 + e^{5y}) − 1, and −1 for y > 3
 *   in a window of w rows that ends at row r:   + A_tp σ(−(r − i + 1)/w)/σ(−1), the best alarm only
 *   behind a window that ended at row r:        A_fp σ((i − r)/(w − 1)); −A_fp before the first
 *   a window without an alarm:                  − A_fn
 *   normalised = 100 (raw − null)/(perfect − null), null: no alarm at all
 *
 * One threshold holds for all files. The first 15 % of a file, at most 750 rows, do not count.
 */
export const NAB_PROFILES = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  lowFp: { tp: 1, fp: 0.22, fn: 1 },
  lowFn: { tp: 1, fp: 0.11, fn: 2 },
} as const;
export type NabProfile = keyof typeof NAB_PROFILES;

export interface NabFile {
  /** ms, one a row. */
  readonly t: Float64Array;
  /** Higher is more anomalous. */
  readonly scores: Float64Array;
  /** First and last time of each labelled window, ms, in order. */
  readonly windows: readonly (readonly [number, number])[];
}

export interface NabScore {
  /** raw − null and perfect − null; sums over files may be added. */
  readonly gained: number;
  readonly possible: number;
  readonly normalised: number;
  /** Scores from here on are alarms. */
  readonly threshold: number;
  /** Alarms outside of all windows, rows. */
  readonly falseRows: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 750;

export function probationRows(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX);
}

function sigma(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}

/** All rows that count, by falling score. */
export interface NabSweep {
  readonly scores: Float64Array;
  /** −1..1 */
  readonly units: Float64Array;
  readonly file: Int32Array;
  /** Of all windows that count; −1 outside. */
  readonly window: Int32Array;
  /** File of each window that counts. */
  readonly windowFile: readonly number[];
  /** Labelled windows of each file, those inside the probation too. */
  readonly windowsOfFile: readonly number[];
}

export function sweepNab(files: readonly NabFile[]): NabSweep {
  const points: [score: number, unit: number, file: number, window: number][] = [];
  const windowFile: number[] = [];
  files.forEach((one, file) => {
    const known = new Map<number, number>();
    const { units, windows } = unitPoints(one);
    for (let i = probationRows(one.t.length); i < one.t.length; i++) {
      let window = -1;
      if (windows[i] >= 0) {
        if (!known.has(windows[i])) known.set(windows[i], windowFile.push(file) - 1);
        window = known.get(windows[i])!;
      }
      points.push([one.scores[i], units[i], file, window]);
    }
  });
  points.sort((a, b) => b[0] - a[0]);
  return {
    scores: Float64Array.from(points, (p) => p[0]),
    units: Float64Array.from(points, (p) => p[1]),
    file: Int32Array.from(points, (p) => p[2]),
    window: Int32Array.from(points, (p) => p[3]),
    windowFile,
    windowsOfFile: files.map(({ windows }) => windows.length),
  };
}

/**
 * The score at a threshold, or at the one that is best for the profile when none is given.
 * `weights`: how often each file counts, 1 unless given (a bootstrap draws files with return).
 */
export function scoreNab(
  sweep: NabSweep,
  profile: NabProfile,
  threshold: number | null,
  weights: ArrayLike<number> = sweep.windowsOfFile.map(() => 1),
): NabScore {
  const { tp, fp, fn } = NAB_PROFILES[profile];
  const { scores, units, file, window, windowFile } = sweep;
  const part = windowFile.map(() => -fn);
  const nothing = windowFile.reduce((sum, of) => sum - fn * weights[of], 0);
  const perfect = sweep.windowsOfFile.reduce((sum, count, of) => sum + tp * count * weights[of], 0);
  let raw = nothing;
  let falseRows = 0;
  let best = { raw, threshold: Infinity, falseRows };
  for (let i = 0; i < scores.length; i++) {
    if (threshold !== null && scores[i] < threshold) break;
    const weight = weights[file[i]];
    const w = window[i];
    if (w < 0) {
      raw += weight * fp * units[i];
      falseRows += weight;
    } else if (tp * units[i] > part[w]) {
      raw += weight * (tp * units[i] - part[w]);
      part[w] = tp * units[i];
    }
    const isEndOfTie = i + 1 === scores.length || scores[i + 1] !== scores[i];
    if (isEndOfTie && (threshold !== null || raw > best.raw)) {
      best = { raw, threshold: scores[i], falseRows };
    }
  }
  const [gained, possible] = [best.raw - nothing, perfect - nothing];
  return {
    ...{ gained, possible, normalised: (100 * gained) / possible },
    threshold: threshold ?? best.threshold,
    falseRows: best.falseRows,
  };
}

/** By row: the unit score, and the labelled window it lies in or −1. */
function unitPoints({ t, windows }: NabFile): { units: Float64Array; windows: Int32Array } {
  const first = new Map<number, number>();
  t.forEach((time, row) => {
    if (!first.has(time)) first.set(time, row);
  });
  const units = new Float64Array(t.length);
  const inside = new Int32Array(t.length).fill(-1);
  let pending = 0;
  let open: { index: number; right: number; width: number } | null = null;
  let past: { right: number; width: number } | null = null;
  for (let i = 0; i < t.length; i++) {
    if (pending < windows.length && t[i] === windows[pending][0]) {
      const [left, right] = windows[pending].map((time) => first.get(time) ?? i);
      open = { index: pending++, right, width: right - left + 1 };
    }
    if (open) {
      units[i] = sigma(-(open.right - i + 1) / open.width) / sigma(-1);
      inside[i] = open.index;
      if (t[i] !== windows[open.index][1]) continue;
      past = { right: i, width: open.width };
      open = null;
    } else {
      units[i] = past ? sigma(Math.abs(past.right - i) / (past.width - 1)) : -1;
    }
  }
  return { units, windows: inside };
}
