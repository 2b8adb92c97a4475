/**
 * How far a point lies from the centre when some of its coordinates are not known: by those that
 * are, as if nobody had ever asked for the others.
 *
 *   z_Aᵀ C_AA⁻¹ z_A = zᵀ P z − g_Bᵀ P_BB⁻¹ g_B,   P = C⁻¹,  g = P z,  z_B = 0
 *
 * A known, B not (the Schur complement of P_BB). C comes as its Cholesky factor L.
 */
import { cholesky, mahalanobisSquared, solveCholesky } from './cholesky.ts';

/** What there is to know of B. */
export interface LeftOut {
  /** B, ascending. */
  readonly at: readonly number[];
  /** P e_b */
  readonly columns: readonly Float64Array[];
  /** Of P_BB. */
  readonly factor: Float64Array;
}

/** L [n, n] as `cholesky` gives it. */
export function leaveOut(l: Float64Array, at: readonly number[], n: number): LeftOut {
  const columns = at.map((b) => {
    const unit = new Float64Array(n);
    unit[b] = 1;
    return solveCholesky(l, unit, n);
  });
  const block = Float64Array.from(at.flatMap((b) => columns.map((column) => column[b])));
  return { at, columns, factor: cholesky(block, at.length) };
}

/** z [n]: what stands at the places left out does not count. */
export function marginalSquared(
  l: Float64Array,
  { at, columns, factor }: LeftOut,
  z: ArrayLike<number>,
  n: number,
): number {
  const known = Float64Array.from(z);
  for (const b of at) known[b] = 0;
  const g = columns.map((column) => column.reduce((sum, p, i) => sum + p * known[i], 0));
  const all = mahalanobisSquared(l, known, n);
  return Math.max(0, all - mahalanobisSquared(factor, g, at.length));
}
