/** Gated recurrent unit; equations in `shared/model/cells/gru.ts`. */
import type { CellSource } from './cell.ts';
import { vec4Function } from './native.ts';

export const gru: CellSource = {
  hasMemory: false,
  natives: [
    vec4Function('between', ['z', 'n', 'h'], 'return n + z * (h - n);'),
    vec4Function('dzOf', ['d', 'h', 'n', 'z'], 'return d * (h - n) * z * (1.0 - z);'),
    vec4Function('dnOf', ['d', 'z', 'n'], 'return d * (1.0 - z) * (1.0 - n * n);'),
    vec4Function('drOf', ['dn', 'q', 'r'], 'return dn * q * r * (1.0 - r);'),
  ],
  tape: ['r', 'z', 'n', 'q'],
  forward: `
    const r = sigmoid(plus(i0, g0));
    const u = sigmoid(plus(i1, g1));
    const n = tangent(plus(i2, times(r, g2)));
    save_r(r);
    save_z(u);
    save_n(n);
    save_q(g2);
    return between(u, n, h);`,
  gates: ['dr', 'dz', 'dq'],
  inputGates: ['dr', 'dz', 'dn'],
  hasCarry: true,
  reads: ['r', 'z', 'n', 'q', 'h0'],
  backward: `
    const dn = dnOf(dh, z0, n);
    save_dz(dzOf(dh, h0, n, z0));
    save_dq(times(dn, r));
    save_dn(dn);
    save_carry(times(dh, z0));
    return drOf(dn, q, r);`,
};
