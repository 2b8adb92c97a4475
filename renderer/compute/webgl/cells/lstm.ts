/** Long short-term memory; equations in `shared/model/cells/lstm.ts`. */
import type { CellSource } from './cell.ts';
import { vec4Function } from './native.ts';

export const lstm: CellSource = {
  hasMemory: true,
  natives: [
    vec4Function('remember', ['f', 'c', 'i', 'g'], 'return f * c + i * g;'),
    vec4Function('behindTangent', ['d', 'o', 's'], 'return d * o * (1.0 - s * s);'),
    vec4Function('behindGate', ['d', 'by', 'i'], 'return d * by * i * (1.0 - i);'),
    vec4Function('behindInput', ['d', 'i', 'g'], 'return d * i * (1.0 - g * g);'),
  ],
  tape: ['i', 'f', 'g', 'o'],
  forward: `
    const i = sigmoid(plus(i0, g0));
    const f = sigmoid(plus(i1, g1));
    const g = tangent(plus(i2, g2));
    const o = sigmoid(plus(i3, g3));
    const next = remember(f, c, i, g);
    save_i(i);
    save_f(f);
    save_g(g);
    save_o(o);
    save_c(next);
    return times(o, tangent(next));`,
  gates: ['di', 'df', 'dg', 'do'],
  inputGates: ['di', 'df', 'dg', 'do'],
  hasCarry: false,
  reads: ['i', 'f', 'g', 'o', 'c0', 'c1'],
  backward: `
    const squashed = tangent(c1);
    const dm = plus(dc, behindTangent(dh, o, squashed));
    save_df(behindGate(dm, c0, f));
    save_dg(behindInput(dm, i, g));
    save_do(behindGate(dh, squashed, o));
    save_memory(times(dm, f));
    return behindGate(dm, g, i);`,
};
