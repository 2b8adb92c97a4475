/** Where tensors lie in textures. */
import { expect, test } from 'vitest';
import { layoutOf, sizeOf } from '../../renderer/compute/webgl/layout.ts';

const SIDE_MAX = 8192;

test.each([
  [1, 1, 1],
  [8, 64, 50],
  [16, 128, 100],
  [96, 256, 250],
  [32, 256, 251],
  [1, 64, 1],
  [3, 7, 5000],
])('%i texels, %i rows, %i steps fit and lose nothing', (X, Y, Z) => {
  const layout = layoutOf(X, Y, Z);
  const { width, height } = sizeOf(layout);
  expect(Math.max(width, height)).toBeLessThanOrEqual(SIDE_MAX);
  expect(width * height).toBe(X * Y * Z);
  // One step is a whole number of rows, so that it can be drawn by itself.
  expect(Y % layout.fold).toBe(0);
});

test('what fits no texture is refused in words', () => {
  expect(() => layoutOf(96, 1024, 100_000)).toThrow(
    'A tensor of 100000 steps, 1024 rows and 384 columns does not fit into a texture of 8192 by ' +
      '8192; choose smaller batches or shorter windows, or train on wasm.',
  );
});
