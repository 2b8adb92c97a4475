/**
 * Regimes without labels: stretches between change points, gathered by what they look like. Their
 * mean embeddings are clustered by k-means (Lloyd 1982, started as Arthur and Vassilvitskii 2007
 * say), for the number of clusters with the best mean silhouette (Rousseeuw 1987).
 */
import type { Random } from '../math/prng.ts';
import { changePoints } from './change-points.ts';

const CLUSTERS_MAX = 8;
const ROUNDS_MAX = 100;
const STARTS = 8;
/** Below this silhouette the stretches do not fall into groups: all are one regime. */
const SILHOUETTE_MIN = 0.35;

export interface Regime {
  /** Rows, both ends inclusive. */
  readonly first: number;
  readonly last: number;
  /** Clusters count from 0, the longest in all first. */
  readonly cluster: number;
}

/** `rows` [n, d]: embeddings of consecutive windows. */
export function proposeRegimes(
  rows: Float64Array,
  d: number,
  lengthMin: number,
  random: Random,
): Regime[] {
  const n = rows.length / d;
  if (n === 0) return [];
  const scaled = standardised(rows, d);
  const edges = [0, ...changePoints(scaled, d, { lengthMin }), n];
  const stretches = edges.slice(1).map((end, i) => ({ first: edges[i], last: end - 1 }));
  const means = stretches.map(({ first, last }) => meanRow(scaled, d, first, last));
  const clusters = clusterOf(means, random);
  const length = (c: number): number =>
    stretches.reduce((sum, { first, last }, i) => {
      return clusters[i] === c ? sum + last - first + 1 : sum;
    }, 0);
  const order = [...new Set(clusters)].sort((a, b) => length(b) - length(a));
  const all = stretches.map((one, i) => ({ ...one, cluster: order.indexOf(clusters[i]) }));
  return all.reduce<Regime[]>((merged, one) => {
    const before = merged.at(-1);
    if (before?.cluster !== one.cluster) return [...merged, one];
    return [...merged.slice(0, -1), { ...before, last: one.last }];
  }, []);
}

/** The cluster of each point. */
function clusterOf(points: readonly Float64Array[], random: Random): number[] {
  let best = { silhouette: SILHOUETTE_MIN, clusters: points.map(() => 0) };
  for (let k = 2; k <= Math.min(CLUSTERS_MAX, points.length - 1); k++) {
    const clusters = kMeans(points, k, random);
    const silhouette = meanSilhouette(points, clusters);
    if (silhouette > best.silhouette) best = { silhouette, clusters };
  }
  return best.clusters;
}

/** The tightest of several starts. */
export function kMeans(points: readonly Float64Array[], k: number, random: Random): number[] {
  let best = { spread: Infinity, clusters: points.map(() => 0) };
  for (let start = 0; start < STARTS; start++) {
    const found = lloyd(points, spreadStarts(points, k, random));
    if (found.spread < best.spread) best = found;
  }
  return best.clusters;
}

function lloyd(points: readonly Float64Array[], centres: Float64Array[]) {
  let clusters: number[] = [];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const next = points.map((point) => nearest(point, centres));
    if (next.every((c, i) => c === clusters[i])) break;
    clusters = next;
    centres.forEach((centre, c) => {
      const own = points.filter((_, i) => clusters[i] === c);
      if (own.length > 0) centre.set(meanOf(own));
    });
  }
  const spread = points.reduce((sum, p, i) => sum + squaredDistance(p, centres[clusters[i]]), 0);
  return { spread, clusters };
}

/** Each next centre is drawn in proportion to its squared distance from those there are. */
function spreadStarts(points: readonly Float64Array[], k: number, random: Random): Float64Array[] {
  const centres = [points[random.integer(points.length)].slice()];
  while (centres.length < k) {
    const weights = points.map((p) => squaredDistance(p, centres[nearest(p, centres)]));
    let left = random.uniform() * weights.reduce((sum, w) => sum + w, 0);
    const at = weights.findIndex((w) => (left -= w) <= 0);
    centres.push(points[Math.max(0, at)].slice());
  }
  return centres;
}

function nearest(point: Float64Array, centres: readonly Float64Array[]): number {
  let best = 0;
  let least = Infinity;
  centres.forEach((centre, c) => {
    const distance = squaredDistance(point, centre);
    if (distance < least) [least, best] = [distance, c];
  });
  return best;
}

/** (b − a) / max(a, b): a to its own cluster, b to the nearest other. */
function meanSilhouette(points: readonly Float64Array[], clusters: readonly number[]): number {
  const count = Math.max(...clusters) + 1;
  const silhouettes = points.map((point, i) => {
    const sums = new Float64Array(count);
    const sizes = new Float64Array(count);
    points.forEach((other, j) => {
      if (j === i) return;
      sums[clusters[j]] += Math.sqrt(squaredDistance(point, other));
      sizes[clusters[j]]++;
    });
    if (sizes[clusters[i]] === 0) return 0;
    const a = sums[clusters[i]] / sizes[clusters[i]];
    const others = [...sums.keys()].filter((c) => c !== clusters[i] && sizes[c] > 0);
    const b = Math.min(...others.map((c) => sums[c] / sizes[c]));
    return others.length === 0 ? 0 : (b - a) / Math.max(a, b, 1e-12);
  });
  return silhouettes.reduce((sum, s) => sum + s, 0) / silhouettes.length;
}

function standardised(rows: Float64Array, d: number): Float64Array {
  const n = rows.length / d;
  const out = new Float64Array(rows.length);
  for (let k = 0; k < d; k++) {
    let [sum, squares] = [0, 0];
    for (let i = k; i < rows.length; i += d)
      [sum, squares] = [sum + rows[i], squares + rows[i] ** 2];
    const mean = sum / n;
    const deviation = Math.sqrt(Math.max(0, squares / n - mean * mean)) || 1;
    for (let i = k; i < rows.length; i += d) out[i] = (rows[i] - mean) / deviation;
  }
  return out;
}

function meanRow(rows: Float64Array, d: number, first: number, last: number): Float64Array {
  const own = Array.from({ length: last - first + 1 }, (_, i) => {
    return rows.subarray((first + i) * d, (first + i + 1) * d);
  });
  return meanOf(own);
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}
