/**
 * Keeps far values finite without hiding them: linear up to k, logarithmic beyond.
 *
 *   squash_k(z) = z for |z| ≤ k, else sign(z)(k + ln(1 + |z| − k))
 */
export function squash(z: number, k: number): number {
  const a = Math.abs(z);
  return a <= k ? z : Math.sign(z) * (k + Math.log1p(a - k));
}

/** Largest exponent undone, so that a wild forecast stays a number. */
const EXPONENT_MAX = 12;

/** The inverse of squash_k up to exp(12) beyond k. */
export function unsquash(y: number, k: number): number {
  const a = Math.abs(y);
  return a <= k ? y : Math.sign(y) * (k + Math.expm1(Math.min(a - k, EXPONENT_MAX)));
}
