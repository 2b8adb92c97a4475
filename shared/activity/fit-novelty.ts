/** Learns what labelled activities look like, and how far people who were left out stray. */
import { cholesky } from '../math/cholesky.ts';
import { quantile } from '../math/stats.ts';
import type { Scale } from './augment.ts';
import { anchorsOf, averageRows, distance, type ClassLook, type Novelty } from './novelty.ts';
import { summaryOf } from './summary.ts';
import type { RecogniserSpec } from './recogniser.ts';
import { allPlaces, contiguous, windowAt, type Features, type LabelledSpan } from './windows.ts';

/** Share of known windows that may be called unknown. */
const UNKNOWN_SHARE = 0.05;
/** Share of them that may look like nobody's, whatever the rest of the recording looks like. */
const ACROSS_SHARE = 0.005;
const FOLDS = 3;
/** Fewer judged windows tell no quantile. */
const JUDGED_MIN = 40;
/** Shares of a class's windows, in order, that are learnt from where there is one group only. */
const TRAINED_SHARE = 0.8;
const SHRINKAGE = 0.1;
const VARIANCE_MIN = 1e-4;

export interface NoveltyOrder {
  readonly spec: RecogniserSpec;
  readonly features: Features;
  readonly scale: Scale;
  readonly spans: readonly LabelledSpan[];
  /** Of each recording: person or machine. */
  readonly groups: readonly string[];
  /** Of each recording: in one session a sensor stays where it is. */
  readonly sessions: readonly string[];
}

/** A labelled window. */
interface Sight {
  readonly row: Float64Array;
  readonly label: number;
  readonly group: string;
  readonly session: string;
}

/** null where too little is labelled to tell how far known windows stray. */
export function fitNovelty(order: NoveltyOrder): Novelty | null {
  const C = order.spec.classes.length;
  const sights = sightsOf(order);
  const looks = looksOf(sights, C);
  if (!looks) return null;
  const judged = byGroups(sights, C) ?? byEnds(sights, C);
  if (!judged) return null;
  const everything = judged.flat();
  const limited = looks.map((look, c) => {
    const own = judged[c].length >= JUDGED_MIN ? judged[c] : everything;
    const of = (key: 'across' | 'within', share: number): number =>
      quantile(
        Float64Array.from(own, (one) => one[key]),
        1 - share,
      );
    return {
      ...look,
      acrossLimit: of('across', ACROSS_SHARE),
      withinLimit: of('within', UNKNOWN_SHARE),
    };
  });
  const all = judged.flatMap((own, c) => {
    const { acrossLimit, withinLimit } = limited[c];
    return own.map(({ across, within }) => Math.max(across / acrossLimit, within / withinLimit));
  });
  return {
    looks: limited,
    limit: quantile(Float64Array.from(all), 1 - UNKNOWN_SHARE),
  };
}

/** Windows of the recognising grid that lie wholly in a label. */
function sightsOf({ spec, features, scale, spans, groups, sessions }: NoveltyOrder): Sight[] {
  const recordings = [...new Set(spans.map(({ recording }) => recording))];
  return recordings.flatMap((recording) => {
    const own = spans.filter((span) => span.recording === recording);
    const places = allPlaces(features, recording, spec.window, spec.hop);
    return contiguous(places, spec.hop).flatMap((stretch) => {
      const rows = stretch.map((place) => {
        return summaryOf(windowAt(features, place, spec.window), scale, spec.plan.channels);
      });
      return averageRows(rows).flatMap((row, i) => {
        const { first } = stretch[i];
        const span = own.find((one) => one.first <= first && first + spec.window - 1 <= one.last);
        if (!span) return [];
        const where = { group: groups[recording], session: sessions[recording] };
        return [{ row, label: span.label, ...where }];
      });
    });
  });
}

/** null where a class has no window. */
function looksOf(sights: readonly Sight[], C: number): ClassLook[] | null {
  const looks: ClassLook[] = [];
  for (let c = 0; c < C; c++) {
    const own = sights.filter(({ label }) => label === c);
    if (own.length === 0) return null;
    const rows = own.map(({ row }) => row);
    const mean = meanOf(rows);
    const bySession = [...Map.groupBy(own, ({ session }) => session).values()];
    const deviations = bySession.flatMap((together) => {
      const around = meanOf(together.map(({ row }) => row));
      return together.map(({ row }) => row.map((value, k) => value - around[k]));
    });
    looks.push({
      mean,
      across: factorOf(rows.map((row) => row.map((value, k) => value - mean[k]))),
      within: factorOf(deviations),
      ...{ acrossLimit: 1, withinLimit: 1 },
    });
  }
  return looks;
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(rows[0].length);
  for (const row of rows) row.forEach((value, k) => (sum[k] += value));
  return sum.map((value) => value / rows.length);
}

/** L of the deviations' scatter, shrunk towards its diagonal the more the fewer there are. */
function factorOf(deviations: readonly Float64Array[]): Float64Array {
  const S = deviations[0].length;
  const n = deviations.length;
  const keep = 1 - Math.min(1, SHRINKAGE + S / (10 * n));
  const scatter = new Float64Array(S * S);
  for (const row of deviations) {
    for (let j = 0; j < S; j++) {
      for (let k = 0; k <= j; k++) scatter[j * S + k] += (row[j] * row[k]) / n;
    }
  }
  for (let j = 0; j < S; j++) {
    for (let k = 0; k < j; k++) scatter[k * S + j] = scatter[j * S + k] *= keep;
    scatter[j * S + j] += VARIANCE_MIN;
  }
  return cholesky(scatter, S);
}

/** Distances of known windows, by class. */
type Judged = { readonly across: number; readonly within: number }[][];

/** Whole groups are left out in turn; null where that leaves too little. */
function byGroups(sights: readonly Sight[], C: number): Judged | null {
  const names = [...new Set(sights.map(({ group }) => group))].sort();
  const folds = Math.min(FOLDS, names.length);
  const judged: Judged = Array.from({ length: C }, () => []);
  if (folds < 2) return null;
  for (let fold = 0; fold < folds; fold++) {
    const left = new Set(names.filter((_, i) => i % folds === fold));
    const looks = looksOf(
      sights.filter(({ group }) => !left.has(group)),
      C,
    );
    if (!looks) continue;
    judge(
      sights.filter(({ group }) => left.has(group)),
      looks,
      judged,
    );
  }
  return judged.flat().length >= JUDGED_MIN ? judged : null;
}

/** The last windows of every class are left out. */
function byEnds(sights: readonly Sight[], C: number): Judged | null {
  const [first, last]: [Sight[], Sight[]] = [[], []];
  for (let c = 0; c < C; c++) {
    const own = sights.filter(({ label }) => label === c);
    const count = Math.ceil(TRAINED_SHARE * own.length);
    first.push(...own.slice(0, count));
    last.push(...own.slice(count));
  }
  const judged: Judged = Array.from({ length: C }, () => []);
  judge(last, looksOf(first, C)!, judged);
  return judged.flat().length >= JUDGED_MIN ? judged : null;
}

/** Each session by itself, as a recording to be recognised is. */
function judge(sights: readonly Sight[], looks: readonly ClassLook[], judged: Judged): void {
  for (const together of Map.groupBy(sights, ({ session }) => session).values()) {
    const rows = together.map(({ row }) => row);
    const path = together.map(({ label }) => label);
    const anchors = anchorsOf(looks, [{ rows, path }]);
    path.forEach((c, i) => {
      const look = looks[c];
      const anchor = anchors[c];
      judged[c].push({
        across: distance(look.across, rows[i], look.mean),
        within: anchor ? distance(look.within, rows[i], anchor.mean) : 0,
      });
    });
  }
}
