/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna 2018) seeded by splitmix32. The state is
 * plain data, so a run can stop and go on with the same numbers.
 */
export type RandomState = readonly [number, number, number, number];

export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, by the polar method; no value is kept between calls. */
  normal(): number;
  /** Uniform whole number in [0, bound). */
  integer(bound: number): number;
  state(): RandomState;
}

export function createRandom(seed: number): Random {
  return resumeRandom(splitmix(seed));
}

export function resumeRandom(state: RandomState): Random {
  let [a, b, c, d] = state;
  const next = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = (): number => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 2 ** 53;
  return {
    uniform,
    normal: () => {
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
      }
    },
    integer: (bound) => Math.floor(uniform() * bound),
    state: () => [a, b, c, d],
  };
}

/** Four well mixed words from a whole number below 2^53; the high half of it counts too. */
function splitmix(seed: number): RandomState {
  const low = words(seed >>> 0);
  const highHalf = Math.floor(seed / 2 ** 32);
  if (highHalf === 0) return [low(), low(), low(), low()];
  const high = words(highHalf);
  return [low(), low(), low() ^ high(), low() ^ high()];
}

function words(from: number): () => number {
  let x = from | 0;
  return () => {
    x = (x + 0x9e3779b9) | 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}
