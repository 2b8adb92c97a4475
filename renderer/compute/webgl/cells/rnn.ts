/** Elman's network with tanh or relu; equations in `shared/model/cells/rnn.ts`. */
import type { CellSource } from './cell.ts';
import { vec4Function } from './native.ts';

function rnn(φ: string, slope: string): CellSource {
  return {
    hasMemory: false,
    natives: [
      vec4Function('rectified', ['a'], 'return max(a, 0.0);'),
      vec4Function('slope', ['d', 'h'], slope),
    ],
    tape: [],
    forward: `return ${φ}(plus(i0, g0));`,
    gates: ['da'],
    inputGates: ['da'],
    hasCarry: false,
    reads: ['h1'],
    backward: 'return slope(dh, h1);',
  };
}

export const rnnTanh = rnn('tangent', 'return d * (1.0 - h * h);');
export const rnnRelu = rnn('rectified', 'return d * vec4(greaterThan(h, vec4(0.0)));');
