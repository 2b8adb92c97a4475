/**
 * What a model reads where a value is missing: the last one, fading towards what was usual lately
 * (the input decay of GRU-D, Che et al. 2018), as fast as the channel itself forgets.
 *
 *   x̄ ← x̄ + 0.02 (z − x̄) over known values,   ẑ_t = x̄ + γ (ẑ_{t−1} − x̄)
 *   γ = r^(1/L),   r = Σ z' z / Σ z²
 *
 * over each known z and the next known one z', L rows apart on average: what is expected of a
 * process that forgets so (AR(1)). Its time constant is −1/ln γ rows. Nothing is ever scored on ẑ.
 */
import { standardise, type Scale } from '../normalise/scaler.ts';
import { squash } from '../normalise/squash.ts';

const USUAL_SHARE = 0.02;
/** Far values would be all of r. */
const SQUASH = 4;

/** x̄ after a known z; NaN before the first. */
export function followUsual(usual: number, z: number): number {
  return Number.isNaN(usual) ? z : usual + USUAL_SHARE * (z - usual);
}

/** ẑ from the one before; 0, the centre, where nothing was known yet. */
export function fade(before: number, usual: number, decay: number): number {
  return Number.isNaN(usual) ? 0 : usual + decay * (before - usual);
}

/** γ of one channel, 0 to 1; NaN values are missing. 1 where nothing moves: the value is held. */
export function decayOf(values: Float64Array, scale: Scale): number {
  let [products, squares, pairs] = [0, 0, 0];
  let [before, first, last] = [NaN, 0, 0];
  values.forEach((x, row) => {
    if (!Number.isFinite(x)) return;
    const z = squash(standardise(x, scale), SQUASH);
    if (Number.isNaN(before)) first = row;
    else {
      products += z * before;
      squares += before * before;
      pairs++;
    }
    [before, last] = [z, row];
  });
  if (squares === 0) return 1;
  const r = Math.min(1, Math.max(0, products / squares));
  return r ** (pairs / (last - first));
}
