/**
 * Where a number of a tensor [Z, Y, X] lies in a texture. Rows of X texels are folded: `fold` of
 * them stand side by side, so that long tensors stay within the largest texture a driver allows,
 * while one z is always a rectangle that can be drawn by itself.
 */
export interface Layout {
  /** Texels of a row: four numbers each. */
  readonly X: number;
  readonly Y: number;
  readonly Z: number;
  /** Divides Y. */
  readonly fold: number;
}

/** What every driver of WebGL 2 that we met allows; ANGLE's software renderer no more. */
const SIDE_MAX = 8192;

/** Throws RangeError when no folding fits. */
export function layoutOf(X: number, Y: number, Z: number): Layout {
  for (const fold of [1, Y, ...divisors(Y)]) {
    const { width, height } = sizeOf({ X, Y, Z, fold });
    if (width <= SIDE_MAX && height <= SIDE_MAX) return { X, Y, Z, fold };
  }
  throw new RangeError(
    `A tensor of ${Z} steps, ${Y} rows and ${X * 4} columns does not fit into a texture of ` +
      `${SIDE_MAX} by ${SIDE_MAX}; choose smaller batches or shorter windows, or train on wasm.`,
  );
}

/** Width and height of the texture. */
export function sizeOf({ X, Y, Z, fold }: Layout): { width: number; height: number } {
  return { width: X * fold, height: rowsOf({ Y, fold }) * Z };
}

/** Rows of the texture that one z takes. */
export function rowsOf({ Y, fold }: Pick<Layout, 'Y' | 'fold'>): number {
  return Y / fold;
}

/** The texel of (x, y, z) as GLSL; divisions only where the folding needs them. */
export function texelOf({ X, Y, fold }: Layout): string {
  if (fold === 1) return `ivec2(x, z * ${Y} + y)`;
  if (fold === Y) return `ivec2(x + ${X} * y, z)`;
  return `ivec2(x + ${X} * (y % ${fold}), z * ${Y / fold} + y / ${fold})`;
}

/** The texel of number n of all texels in order, as GLSL. */
export function texelInOrder(layout: Layout): string {
  const { width } = sizeOf(layout);
  return `ivec2(n % ${width}, n / ${width})`;
}

function divisors(n: number): number[] {
  const all: number[] = [];
  for (let d = 2; d < n; d++) if (n % d === 0) all.push(d);
  return all;
}

/** Texels that hold this many numbers. */
export const quads = (numbers: number): number => Math.ceil(numbers / 4);
