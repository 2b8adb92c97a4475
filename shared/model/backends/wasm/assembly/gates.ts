/**
 * What happens between the products of one step, for all rows of a batch; the equations stand in
 * `cells/`. H is padded to a multiple of 4, gates lie [B, G·H].
 */
import { bytes, fma, logistic, splat, tanh } from './vector';

export const RNN_TANH: i32 = 0;
export const RNN_RELU: i32 = 1;
export const LSTM: i32 = 2;
export const GRU: i32 = 3;

/** gates holds W_ih x + W_hh h + b and then φ of it. */
export function rnnForward(cell: i32, n: i32, gates: usize, h: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const a = v128.load(gates + o);
    v128.store(h + o, cell == RNN_TANH ? tanh(a) : f32x4.pmax(splat(0), a));
  }
}

/** dg = dh φ'(h). */
export function rnnBackward(cell: i32, n: i32, h: usize, dh: usize, dg: usize): void {
  const one = splat(1);
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const y = v128.load(h + o);
    const d = v128.load(dh + o);
    v128.store(
      dg + o,
      cell == RNN_TANH
        ? f32x4.mul(d, f32x4.sub(one, f32x4.mul(y, y)))
        : v128.and(d, f32x4.gt(y, splat(0))),
    );
  }
}

/** gates holds the sums of i, f, g, o and then their functions; c0 may be the same for no state. */
export function lstmForward(B: i32, H: i32, gates: usize, c0: usize, c: usize, h: usize): void {
  const h1 = bytes(H);
  const h2 = h1 << 1;
  const h3 = h1 + h2;
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < H; k += 4) {
      const i = logistic(v128.load(gates));
      const f = logistic(v128.load(gates + h1));
      const g = tanh(v128.load(gates + h2));
      const o = logistic(v128.load(gates + h3));
      const memory = fma(f, v128.load(c0), f32x4.mul(i, g));
      v128.store(c, memory);
      v128.store(h, f32x4.mul(o, tanh(memory)));
      v128.store(gates, i);
      v128.store(gates + h1, f);
      v128.store(gates + h2, g);
      v128.store(gates + h3, o);
      gates += 16;
      c0 += 16;
      c += 16;
      h += 16;
    }
    gates += h3;
  }
}

/** dc is read and becomes what flows to the step before. */
export function lstmBackward(
  B: i32,
  H: i32,
  gates: usize,
  c0: usize,
  c: usize,
  dh: usize,
  dc: usize,
  dg: usize,
): void {
  const one = splat(1);
  const h1 = bytes(H);
  const h2 = h1 << 1;
  const h3 = h1 + h2;
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < H; k += 4) {
      const i = v128.load(gates);
      const f = v128.load(gates + h1);
      const g = v128.load(gates + h2);
      const o = v128.load(gates + h3);
      const s = tanh(v128.load(c));
      const d = v128.load(dh);
      const slope = f32x4.sub(one, f32x4.mul(s, s));
      const dm = fma(f32x4.mul(d, o), slope, v128.load(dc));
      const di = f32x4.mul(f32x4.mul(dm, g), f32x4.mul(i, f32x4.sub(one, i)));
      const df = f32x4.mul(f32x4.mul(dm, v128.load(c0)), f32x4.mul(f, f32x4.sub(one, f)));
      v128.store(dg, di);
      v128.store(dg + h1, df);
      v128.store(dg + h2, f32x4.mul(f32x4.mul(dm, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(dg + h3, f32x4.mul(f32x4.mul(d, s), f32x4.mul(o, f32x4.sub(one, o))));
      v128.store(dc, f32x4.mul(dm, f));
      gates += 16;
      dg += 16;
      c0 += 16;
      c += 16;
      dh += 16;
      dc += 16;
    }
    gates += h3;
    dg += h3;
  }
}

/** gates holds W_ih x + b_ih and then r, z, n; gh is W_hh h + b_hh, of which q is kept. */
export function gruForward(
  B: i32,
  H: i32,
  gates: usize,
  gh: usize,
  h0: usize,
  q: usize,
  h: usize,
): void {
  const h1 = bytes(H);
  const h2 = h1 << 1;
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < H; k += 4) {
      const r = logistic(f32x4.add(v128.load(gates), v128.load(gh)));
      const z = logistic(f32x4.add(v128.load(gates + h1), v128.load(gh + h1)));
      const reset = v128.load(gh + h2);
      const n = tanh(fma(r, reset, v128.load(gates + h2)));
      v128.store(h, fma(z, f32x4.sub(v128.load(h0), n), n));
      v128.store(q, reset);
      v128.store(gates, r);
      v128.store(gates + h1, z);
      v128.store(gates + h2, n);
      gates += 16;
      gh += 16;
      h0 += 16;
      q += 16;
      h += 16;
    }
    gates += h2;
    gh += h2;
  }
}

/** dh is read and becomes dh ⊙ z, the part that passes the products by. */
export function gruBackward(
  B: i32,
  H: i32,
  gates: usize,
  q: usize,
  h0: usize,
  dh: usize,
  dgi: usize,
  dgh: usize,
): void {
  const one = splat(1);
  const h1 = bytes(H);
  const h2 = h1 << 1;
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < H; k += 4) {
      const r = v128.load(gates);
      const z = v128.load(gates + h1);
      const n = v128.load(gates + h2);
      const d = v128.load(dh);
      const rest = f32x4.sub(one, z);
      const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h0), n)), f32x4.mul(z, rest));
      const dn = f32x4.mul(f32x4.mul(d, rest), f32x4.sub(one, f32x4.mul(n, n)));
      const dr = f32x4.mul(f32x4.mul(dn, v128.load(q)), f32x4.mul(r, f32x4.sub(one, r)));
      v128.store(dh, f32x4.mul(d, z));
      v128.store(dgi, dr);
      v128.store(dgi + h1, dz);
      v128.store(dgi + h2, dn);
      v128.store(dgh, dr);
      v128.store(dgh + h1, dz);
      v128.store(dgh + h2, f32x4.mul(dn, r));
      gates += 16;
      q += 16;
      h0 += 16;
      dh += 16;
      dgi += 16;
      dgh += 16;
    }
    gates += h2;
    dgi += h2;
    dgh += h2;
  }
}
