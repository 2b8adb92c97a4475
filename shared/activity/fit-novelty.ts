/** Learns what labelled activities look like, and how far people who were left out stray. */
import { cholesky } from '../math/cholesky.ts';
import { quantile } from '../math/stats.ts';
import type { Scale } from './augment.ts';
import { probabilitiesOf } from './calibration.ts';
import {
  anchorsOf,
  averageRows,
  distance,
  type ClassLook,
  type Novelty,
  type Seen,
} from './novelty.ts';
import { pathOf } from './segments.ts';
import { summaryOf } from './summary.ts';
import { expertScores, fitSummaryExpert } from './summary-expert.ts';
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
  /** ln A [C, C] */
  readonly logTransitions: Float64Array;
}

/** A labelled window. */
interface Sight {
  readonly row: Float64Array;
  readonly label: number;
  readonly session: string;
}

/** Windows that follow each other in one recording. */
interface Stretch {
  /** Averaged summaries [n][S]. */
  readonly rows: readonly Float64Array[];
  /** Class of each that lies wholly in a label, else −1. */
  readonly labels: readonly number[];
  readonly group: string;
  readonly session: string;
}

interface Judged {
  readonly across: number;
  readonly within: number;
}

/** null where too little is labelled to tell how far known windows stray. */
export function fitNovelty(order: NoveltyOrder): Novelty | null {
  const C = order.spec.classes.length;
  const stretches = stretchesOf(order);
  const sights = stretches.flatMap(sightsOf);
  const looks = looksOf(sights, C);
  if (!looks) return null;
  const judged = byGroups(stretches, C, order.logTransitions) ?? byEnds(sights, C);
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

/** All windows of the recognising grid. */
function stretchesOf({ spec, features, scale, spans, groups, sessions }: NoveltyOrder): Stretch[] {
  const recordings = [...new Set(spans.map(({ recording }) => recording))];
  return recordings.flatMap((recording) => {
    const own = spans.filter((span) => span.recording === recording);
    const labelOf = (first: number): number => {
      const last = first + spec.window - 1;
      return own.find((span) => span.first <= first && last <= span.last)?.label ?? -1;
    };
    const places = allPlaces(features, recording, spec.window, spec.hop);
    return contiguous(places, spec.hop).map((stretch) => {
      const rows = stretch.map((place) => {
        return summaryOf(windowAt(features, place, spec.window), scale, spec.plan.channels);
      });
      const labels = stretch.map(({ first }) => labelOf(first));
      const where = { group: groups[recording], session: sessions[recording] };
      return { rows: averageRows(rows), labels, ...where };
    });
  });
}

function sightsOf({ rows, labels, session }: Stretch): Sight[] {
  return rows.flatMap((row, i) => (labels[i] < 0 ? [] : [{ row, label: labels[i], session }]));
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

/**
 * Distances of known windows by class [C][n]: whole groups are left out in turn, and recognised as
 * they will be, by what the others taught. Where that is wrong, nothing known is spared. null where
 * it leaves too little.
 */
function byGroups(
  stretches: readonly Stretch[],
  C: number,
  logTransitions: Float64Array,
): Judged[][] | null {
  const names = [...new Set(stretches.map(({ group }) => group))].sort();
  const folds = Math.min(FOLDS, names.length);
  const judged = nothingJudged(C);
  if (folds < 2) return null;
  for (let fold = 0; fold < folds; fold++) {
    const left = new Set(names.filter((_, i) => i % folds === fold));
    const known = stretches.filter(({ group }) => !left.has(group)).flatMap(sightsOf);
    const looks = looksOf(known, C);
    if (!looks) continue;
    const [rows, labels] = [known.map(({ row }) => row), known.map(({ label }) => label)];
    const expert = fitSummaryExpert(rows, labels, C);
    const asked = stretches.filter(({ group }) => left.has(group));
    for (const session of Map.groupBy(asked, (one) => one.session).values()) {
      const seen = session.map((one) => {
        const scores = one.rows.flatMap((row) => [...expertScores(expert, row)]);
        const p = probabilitiesOf(Float64Array.from(scores), one.rows.length, 1);
        return { ...one, path: pathOf(p, C, logTransitions) };
      });
      judge(seen, looks, judged);
    }
  }
  return judged.flat().length >= JUDGED_MIN ? judged : null;
}

/** The same of the last windows of every class. */
function byEnds(sights: readonly Sight[], C: number): Judged[][] | null {
  const [first, last]: [Sight[], Sight[]] = [[], []];
  for (let c = 0; c < C; c++) {
    const own = sights.filter(({ label }) => label === c);
    const count = Math.ceil(TRAINED_SHARE * own.length);
    first.push(...own.slice(0, count));
    last.push(...own.slice(count));
  }
  const judged = nothingJudged(C);
  const looks = looksOf(first, C)!;
  for (const session of Map.groupBy(last, (one) => one.session).values()) {
    const labels = session.map(({ label }) => label);
    judge([{ rows: session.map(({ row }) => row), labels, path: labels }], looks, judged);
  }
  return judged.flat().length >= JUDGED_MIN ? judged : null;
}

const nothingJudged = (C: number): Judged[][] => Array.from({ length: C }, () => []);

/** One session, as a recording to be recognised is. */
function judge(
  seen: readonly (Seen & Pick<Stretch, 'labels'>)[],
  looks: readonly ClassLook[],
  judged: readonly Judged[][],
): void {
  const anchors = anchorsOf(looks, seen);
  for (const { rows, labels, path } of seen) {
    labels.forEach((c, i) => {
      if (c !== path[i]) return;
      const look = looks[c];
      const anchor = anchors[c];
      judged[c].push({
        across: distance(look.across, rows[i], look.mean),
        within: anchor ? distance(look.within, rows[i], anchor.mean) : 0,
      });
    });
  }
}
