/**
 * Renderers that run on the processor. They are right, and slower than our own kernels there: fit
 * for tests and for who asks, never chosen by `auto`.
 */
const NAMES = [
  'swiftshader',
  'llvmpipe',
  'softpipe',
  'lavapipe',
  'software',
  'microsoft basic render',
  'apple software renderer',
  'warp',
  'swrast',
];

export function isSoftwareRenderer(renderer: string): boolean {
  const name = renderer.toLowerCase();
  return NAMES.some((known) => new RegExp(`\\b${known}\\b`).test(name));
}
