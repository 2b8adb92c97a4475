/**
 * A recurrent layer over all steps of one shard. Gates and states of every step are kept for the
 * way back; the gradients of the weights are summed over blocks of steps while their rows are in
 * cache.
 */
import { addRows, ROWS_TOGETHER } from './affine';
import {
  GRU,
  gruBackward,
  gruForward,
  LSTM,
  lstmBackward,
  lstmForward,
  rnnBackward,
  rnnForward,
} from './gates';
import { ADD, addColumnsTimes, packRows, rowsTimes, SET } from './product';
import { bytes } from './vector';

function gatesOf(cell: i32): i32 {
  return cell == GRU ? 3 : cell == LSTM ? 4 : 1;
}

/** x [T, B, ldx], h and c [T, B, H], gates [T, B, G·H], q [T, B, H]; room B·G·H + B·H floats. */
export function recurrentForward(
  cell: i32,
  isReversed: i32,
  T: i32,
  B: i32,
  D: i32,
  ldx: i32,
  H: i32,
  x: usize,
  panelsIh: usize,
  panelsHh: usize,
  biasIh: usize,
  biasHh: usize,
  h0: usize,
  c0: usize,
  h: usize,
  c: usize,
  gates: usize,
  q: usize,
  room: usize,
): void {
  const GH = gatesOf(cell) * H;
  const state = bytes(B * H);
  const gh = room + state;
  memory.fill(room, 0, state);
  let before = h0 ? h0 : room;
  let memoryBefore = c0 ? c0 : room;
  for (let i = 0; i < T; i++) {
    const t = isReversed ? T - 1 - i : i;
    const g = gates + bytes(t * B * GH);
    const now = h + <usize>t * state;
    rowsTimes(B, GH, D, x + bytes(t * B * ldx), ldx, panelsIh, g, GH, SET, biasIh);
    if (cell == GRU) {
      rowsTimes(B, GH, H, before, H, panelsHh, gh, GH, SET, biasHh);
      gruForward(B, H, g, gh, before, q + <usize>t * state, now);
    } else {
      // b_ih stands for both biases here: the sums are not told apart.
      rowsTimes(B, GH, H, before, H, panelsHh, g, GH, ADD, 0);
      if (cell == LSTM) {
        const memoryNow = c + <usize>t * state;
        lstmForward(B, H, g, memoryBefore, memoryNow, now);
        memoryBefore = memoryNow;
      } else {
        rnnForward(cell, B * GH, g, now);
      }
    }
    before = now;
  }
}

/** Steps that go together into the gradients of the weights. */
function stepsTogether(B: i32): i32 {
  return max(1, ROWS_TOGETHER / B);
}

/** Floats of room that `recurrentBackward` needs. */
export function backwardRoom(cell: i32, B: i32, ldx: i32, H: i32): i32 {
  const rows = stepsTogether(B) * B;
  return B * H + 2 * rows * gatesOf(cell) * H + rows * max(ldx, H);
}

/**
 * dAbove [T, B, H] is read; dh and dc [B, H] come in as the gradients of the final state and leave
 * as those of the initial one. Adds to dwIh [GH, ldx], dwHh [GH, H], dbIh, dbHh [GH]; sets or adds
 * to dx [T, B, ldx] when it is given.
 */
export function recurrentBackward(
  cell: i32,
  isReversed: i32,
  T: i32,
  B: i32,
  ldx: i32,
  H: i32,
  x: usize,
  panelsIh: usize,
  panelsHh: usize,
  h0: usize,
  c0: usize,
  h: usize,
  c: usize,
  gates: usize,
  q: usize,
  dAbove: usize,
  dh: usize,
  dc: usize,
  dwIh: usize,
  dwHh: usize,
  dbIh: usize,
  dbHh: usize,
  dx: usize,
  addsDx: i32,
  room: usize,
): void {
  const GH = gatesOf(cell) * H;
  const state = bytes(B * H);
  const together = stepsTogether(B);
  const zeros = room;
  const dgi = zeros + state;
  const dgh = cell == GRU ? dgi + bytes(together * B * GH) : dgi;
  const panels = dgh + bytes(together * B * GH);
  memory.fill(zeros, 0, state);
  for (let i = T - 1; i >= 0; i--) {
    const t = isReversed ? T - 1 - i : i;
    const first = t - (t % together);
    const last = min(T, first + together) - 1;
    const isFirstRead = i == 0;
    const neighbour = isReversed ? t + 1 : t - 1;
    const before = isFirstRead ? (h0 ? h0 : zeros) : h + <usize>neighbour * state;
    const slot = bytes((t - first) * B * GH);
    const g = gates + bytes(t * B * GH);
    addInto(B * H, dAbove + <usize>t * state, dh);
    if (cell == GRU) {
      gruBackward(B, H, g, q + <usize>t * state, before, dh, dgi + slot, dgh + slot);
      rowsTimes(B, H, GH, dgh + slot, GH, panelsHh, dh, H, ADD, 0);
    } else {
      if (cell == LSTM) {
        const memoryBefore = isFirstRead ? (c0 ? c0 : zeros) : c + <usize>neighbour * state;
        lstmBackward(B, H, g, memoryBefore, c + <usize>t * state, dh, dc, dgi + slot);
      } else {
        rnnBackward(cell, B * GH, h + <usize>t * state, dh, dgi + slot);
      }
      rowsTimes(B, H, GH, dgi + slot, GH, panelsHh, dh, H, SET, 0);
    }
    if (t != (isReversed ? last : first)) continue;
    const rows = (last - first + 1) * B;
    const inputs = bytes(first * B * ldx);
    packRows(rows, ldx, x + inputs, ldx, panels);
    addColumnsTimes(GH, ldx, rows, dgi, GH, panels, dwIh, ldx);
    if (dx) rowsTimes(rows, ldx, GH, dgi, GH, panelsIh, dx + inputs, ldx, addsDx, 0);
    addRows(rows, GH, dgi, dbIh);
    addRows(rows, GH, dgh, dbHh);
    addHiddenWeights(isReversed, T, B, H, GH, first, last, h0, h, dgh, panels, dwHh);
  }
}

/**
 * dW_hh of the steps first..last, whose gate gradients are dgh. The states before them lie one step
 * off; the first that was read has h0 before it.
 */
function addHiddenWeights(
  isReversed: i32,
  T: i32,
  B: i32,
  H: i32,
  GH: i32,
  first: i32,
  last: i32,
  h0: usize,
  h: usize,
  dgh: usize,
  panels: usize,
  dwHh: usize,
): void {
  const edge = isReversed ? last == T - 1 : first == 0;
  const skipped = edge && !isReversed ? 1 : 0;
  const inside = last - first + 1 - (edge ? 1 : 0);
  if (inside > 0) {
    const from = isReversed ? first + 1 : first - 1 + skipped;
    packRows(inside * B, H, h + bytes(from * B * H), H, panels);
    const part = dgh + bytes(skipped * B * GH);
    addColumnsTimes(GH, H, inside * B, part, GH, panels, dwHh, H);
  }
  if (edge && h0) {
    packRows(B, H, h0, H, panels);
    const part = dgh + bytes((isReversed ? last - first : 0) * B * GH);
    addColumnsTimes(GH, H, B, part, GH, panels, dwHh, H);
  }
}

/** sum [n] += part [n]. */
function addInto(n: i32, part: usize, sum: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(sum + o, f32x4.add(v128.load(sum + o), v128.load(part + o)));
  }
}
