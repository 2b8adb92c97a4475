import type { NativeFunction } from '../prelude.ts';

/** A GLSL function of vectors. */
export function vec4Function(name: string, parameters: string[], body: string): NativeFunction {
  return {
    name,
    returns: 'vec4',
    parameters: parameters.map((parameter) => ['vec4', parameter]),
    body,
  };
}
