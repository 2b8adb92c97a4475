/** Learns what labelled activities look like, and how far people who were left out stray. */
import { cholesky } from '../math/cholesky.ts';
import { quantile } from '../math/stats.ts';
import type { Scale } from './augment.ts';
import { probabilitiesOf } from './calibration.ts';
import { averageRows, strangeness, type ClassLook, type Novelty, type Sight } from './novelty.ts';
import { classesAround, createNoveltyTrack, trackStretch } from './novelty-track.ts';
import { pathOf, withUnknown } from './segments.ts';
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
const LIMIT_STEPS = 30;
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
interface Labelled {
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

/** A stretch that was left out, as it was recognised. */
interface Asked extends Stretch {
  /** As the ribbon shows it. */
  readonly path: Uint16Array;
  /** As novelty has it. */
  readonly classes: Uint16Array;
}

interface Judged extends Asked {
  readonly sights: readonly Sight[];
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
  const everything = distancesOf(judged, isKnown);
  const limited = looks.map((look, c) => {
    const own = distancesOf(judged, (i, one) => one.labels[i] === c && isKnown(i, one));
    const chosen = own.length >= JUDGED_MIN ? own : everything;
    const of = (key: 'across' | 'within', share: number): number =>
      quantile(
        Float64Array.from(chosen, (one) => one[key]),
        1 - share,
      );
    return {
      ...look,
      acrossLimit: of('across', ACROSS_SHARE),
      withinLimit: of('within', UNKNOWN_SHARE),
    };
  });
  return { looks: limited, limit: limitOf(judged, limited, order.spec) };
}

type Chosen = (i: number, one: Judged) => boolean;

/** Where it was recognised wrongly, nothing known has to be spared. */
const isKnown: Chosen = (i, { labels, classes }) => labels[i] === classes[i];

/** Of the windows chosen: to the class they were recognised as. */
function distancesOf(judged: readonly Judged[], isChosen: Chosen) {
  return judged.flatMap((one) => {
    return one.sights
      .filter((_, i) => isChosen(i, one))
      .map(({ across, within, c }) => ({ across: across[c], within }));
  });
}

/**
 * The least limit by which no more than UNKNOWN_SHARE of what is known is called unknown where it
 * was left out: of its windows by themselves, and of the ribbon as it is shown of a person, in the
 * mean over people and one standard error above it. With few people the windows tell more.
 */
function limitOf(
  judged: readonly Judged[],
  looks: readonly ClassLook[],
  spec: RecogniserSpec,
): number {
  const stretches = judged.map((one) => {
    const far = one.sights.map((sight) => strangeness(looks, sight));
    return { ...one, far };
  });
  const people = [...Map.groupBy(stretches, ({ group }) => group).values()];
  const shareOf = (limit: number): number => {
    const shares = people.flatMap((own) => {
      let [known, unknown] = [0, 0];
      for (const { path, labels, far } of own) {
        const isNovel = far.map((d) => d > limit);
        withUnknown(path, isNovel, spec).forEach((answer, i) => {
          if (labels[i] < 0) return;
          known++;
          if (answer === spec.classes.length) unknown++;
        });
      }
      return known === 0 ? [] : [unknown / known];
    });
    return meanAndError(shares);
  };
  const known = stretches.flatMap((one) => one.far.filter((_, i) => isKnown(i, one)));
  const byWindow = quantile(Float64Array.from(known), 1 - UNKNOWN_SHARE);
  let [low, high] = [byWindow, Math.max(byWindow, ...stretches.map(({ far }) => Math.max(...far)))];
  if (shareOf(low) <= UNKNOWN_SHARE) return low;
  for (let i = 0; i < LIMIT_STEPS; i++) {
    const middle = (low + high) / 2;
    if (shareOf(middle) > UNKNOWN_SHARE) low = middle;
    else high = middle;
  }
  return high;
}

/** Mean + s / √n */
function meanAndError(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean + Math.sqrt(squares / Math.max(1, n - 1) / n);
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

function sightsOf({ rows, labels, session }: Stretch): Labelled[] {
  return rows.flatMap((row, i) => (labels[i] < 0 ? [] : [{ row, label: labels[i], session }]));
}

/** null where a class has no window. */
function looksOf(sights: readonly Labelled[], C: number): ClassLook[] | null {
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
 * Whole groups are left out in turn, and recognised as they will be, by what the others taught;
 * null where it leaves too little.
 */
function byGroups(
  stretches: readonly Stretch[],
  C: number,
  logTransitions: Float64Array,
): Judged[] | null {
  const names = [...new Set(stretches.map(({ group }) => group))].sort();
  const folds = Math.min(FOLDS, names.length);
  if (folds < 2) return null;
  const judged = Array.from({ length: folds }, (_, fold) => {
    const left = new Set(names.filter((__, i) => i % folds === fold));
    const known = stretches.filter(({ group }) => !left.has(group)).flatMap(sightsOf);
    const looks = looksOf(known, C);
    if (!looks) return [];
    const [rows, labels] = [known.map(({ row }) => row), known.map(({ label }) => label)];
    const expert = fitSummaryExpert(rows, labels, C);
    const asked = stretches
      .filter(({ group }) => left.has(group))
      .map((one) => {
        const scores = one.rows.flatMap((row) => [...expertScores(expert, row)]);
        const p = probabilitiesOf(Float64Array.from(scores), one.rows.length, 1);
        return { ...one, path: pathOf(p, C, logTransitions), classes: classesAround(p, C) };
      });
    return judge(asked, looks);
  });
  return isEnough(judged.flat()) ? judged.flat() : null;
}

/** The last windows of every class are left out. */
function byEnds(sights: readonly Labelled[], C: number): Judged[] | null {
  const [first, last]: [Labelled[], Labelled[]] = [[], []];
  for (let c = 0; c < C; c++) {
    const own = sights.filter(({ label }) => label === c);
    const count = Math.ceil(TRAINED_SHARE * own.length);
    first.push(...own.slice(0, count));
    last.push(...own.slice(count));
  }
  const asked = [...Map.groupBy(last, ({ session }) => session)].map(([session, own]) => {
    const labels = own.map(({ label }) => label);
    const path = Uint16Array.from(labels);
    const rows = own.map(({ row }) => row);
    return { rows, labels, path, classes: path, session, group: session };
  });
  const judged = judge(asked, looksOf(first, C)!);
  return isEnough(judged) ? judged : null;
}

function isEnough(judged: readonly Judged[]): boolean {
  return distancesOf(judged, isKnown).length >= JUDGED_MIN;
}

/** Each session by itself, as a recording to be recognised is. */
function judge(stretches: readonly Asked[], looks: readonly ClassLook[]): Judged[] {
  return [...Map.groupBy(stretches, ({ session }) => session).values()].flatMap((own) => {
    const track = createNoveltyTrack(looks.length);
    return own.map((one) => ({
      ...one,
      sights: trackStretch(track, looks, one.rows, one.classes),
    }));
  });
}
