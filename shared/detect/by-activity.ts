/**
 * A machine is normal in several ways: what a pump shows while it runs is no sign of health while
 * it idles. Each activity gets a scorer of its own, calibrated on the training rows of that
 * activity alone; where the training holds too few of them, and where nobody knows what goes on,
 * one that knows all rows judges.
 */
import type { Calibration, Scorer } from './scorer.ts';

/** Of a row whose activity nobody knows. */
export const NO_ACTIVITY = -1;

/** Fewer training rows of an activity tell neither its spread nor its tail. */
export const ACTIVITY_ROWS_MIN = 200;

export interface ScorerByActivity extends Scorer {
  /** What went on in each training row; must be told before `calibrate`. */
  tell(activities: ArrayLike<number>): void;
  /** What goes on in the row that is scored next. */
  activity: number;
}

interface SavedScorers {
  readonly whole: unknown;
  /** null: the whole one judges. */
  readonly own: readonly unknown[];
}

/** `activities`: how many there are, counted from 0. */
export function createScorerByActivity(activities: number, create: () => Scorer): ScorerByActivity {
  const whole = create();
  let own: (Scorer | null)[] = new Array<null>(activities).fill(null);
  let told: ArrayLike<number> = [];
  const scorer: ScorerByActivity = {
    activity: NO_ACTIVITY,
    tell: (known) => (told = known),
    calibrate: (calibration) => {
      const scores = whole.calibrate(calibration);
      own = own.map((_, activity) => {
        const rows = rowsOf(told, activity, calibration.rows);
        if (rows.length < ACTIVITY_ROWS_MIN) return null;
        const one = create();
        one.calibrate(select(calibration, rows)).forEach((score, i) => (scores[rows[i]] = score));
        return one;
      });
      return scores;
    },
    score: (values, forecast, reading) =>
      (own[scorer.activity] ?? whole).score(values, forecast, reading),
    state: (): SavedScorers => ({
      whole: whole.state(),
      own: own.map((one) => one?.state() ?? null),
    }),
    restore: (saved) => {
      const state = saved as SavedScorers;
      whole.restore(state.whole);
      own = state.own.map((one) => {
        if (one === null) return null;
        const restored = create();
        restored.restore(one);
        return restored;
      });
    },
  };
  return scorer;
}

function rowsOf(activities: ArrayLike<number>, activity: number, rows: number): number[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  return all.filter((row) => activities[row] === activity);
}

/** The rows of one activity, one after the other. */
function select(calibration: Calibration, rows: readonly number[]): Calibration {
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => column[row]);
  return {
    ...calibration,
    rows: rows.length,
    values: calibration.values.map(pick),
    residuals: calibration.residuals.map((horizons) => horizons.map(pick)),
    forecasts: calibration.forecasts.map((horizons) => horizons.map(pick)),
  };
}
