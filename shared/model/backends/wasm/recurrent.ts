import type { CellState, Kernel, Recurrent } from '../../backend.ts';
import { cells, type CellName } from '../../cells/cell.ts';
import { own, ownWeight, type WasmSequence, type WasmWeight } from './tensors.ts';
import type { Panels, Workshop } from './workshop.ts';

/** As in assembly/gates.ts. */
const NUMBER: Record<CellName, number> = { 'rnn-tanh': 0, 'rnn-relu': 1, lstm: 2, gru: 3 };

export function recurrent(shop: Workshop, terms: Recurrent): Kernel {
  const { gates, hasMemory } = cells[terms.cell];
  const x = own(terms.x);
  const h = own(terms.h);
  const { T } = x;
  const H = h.ld;
  const cell = NUMBER[terms.cell];
  const isReversed = terms.isReversed ? 1 : 0;
  const rowsOf = (s: number): number => h.shards[s].rows;
  const w = weightsOf(shop, terms, x.C);
  w.all.forEach((weight) => weight.share(h.shards.length));
  const initial = statesOf(terms.initial);
  const final = statesOf(terms.final);
  const kept = {
    gates: shop.room(h, (s) => T * rowsOf(s) * gates * H),
    q: shop.room(h, (s) => (terms.cell === 'gru' ? h.floats(s) : 0)),
    c: shop.room(h, (s) => (hasMemory ? h.floats(s) : 0)),
    dh: shop.room(h, (s) => rowsOf(s) * H),
    dc: shop.room(h, (s) => (hasMemory ? rowsOf(s) * H : 0)),
  };
  const room = shop.room(h, (s) =>
    Math.max(rowsOf(s) * (gates + 1) * H, shop.exports.backwardRoom(cell, rowsOf(s), x.ld, H)),
  );
  const states = (s: number): readonly number[] => [
    initial[0]?.value[s] ?? 0,
    initial[1]?.value[s] ?? 0,
    ...[h.value[s], kept.c[s], kept.gates[s], kept.q[s]],
  ];
  const lastOf = (all: readonly number[], s: number): number =>
    all[s] + 4 * (terms.isReversed ? 0 : T - 1) * rowsOf(s) * H;
  return {
    forward: () => {
      w.forward.forEach((panels) => panels.refresh());
      shop.each(h, 'recurrentForward', (s) => [
        ...[cell, isReversed, T, rowsOf(s), x.C, x.ld, H, x.value[s]],
        ...w.forward.map(({ address }) => address),
        ...states(s),
        room[s],
      ]);
      [h.value, kept.c].forEach((all, i) => {
        const to = final[i];
        if (to) shop.each(h, 'copy', (s) => [rowsOf(s) * H, lastOf(all, s), to.value[s]]);
      });
    },
    backward: () => {
      w.back.forEach((panels) => panels.refresh());
      shop.ready(h);
      begin(shop, h, kept.dh, final[0]);
      if (hasMemory) begin(shop, h, kept.dc, final[1]);
      const adds = x.isClear ? 0 : 1;
      shop.each(h, 'recurrentBackward', (s) => [
        ...[cell, isReversed, T, rowsOf(s), x.ld, H, x.value[s]],
        ...w.back.map(({ address }) => address),
        ...states(s),
        ...[h.gradient[s], kept.dh[s], kept.dc[s]],
        ...w.all.map((weight) => weight.gradient(s)),
        ...[x.hasGradient ? x.gradient[s] : 0, adds, room[s]],
      ]);
      x.isClear = false;
      [kept.dh, kept.dc].forEach((d, i) => {
        const to = initial[i];
        if (!to?.hasGradient) return;
        shop.ready(to);
        shop.each(h, 'add', (s) => [rowsOf(s) * H, d[s], to.gradient[s]]);
      });
    },
  };
}

function weightsOf(shop: Workshop, { cell, weights }: Recurrent, D: number) {
  const weightIh = ownWeight(weights.weightIh);
  const weightHh = ownWeight(weights.weightHh);
  const biasIh = ownWeight(weights.biasIh);
  const biasHh = ownWeight(weights.biasHh);
  const bias = cell === 'gru' ? plain(biasIh) : sumOf(shop, biasIh, biasHh);
  return {
    /** In the order of the kernels. */
    all: [weightIh, weightHh, biasIh, biasHh],
    forward: [
      ...[shop.byColumns(weightIh, D), shop.byColumns(weightHh, weightHh.ld)],
      ...[bias, plain(biasHh)],
    ],
    back: [shop.byRows(weightIh), shop.byRows(weightHh)],
  };
}

/** A weight as it lies. */
function plain({ value }: WasmWeight): Panels {
  return { address: value, refresh: () => undefined };
}

/** b_ih + b_hh, for cells that do not tell them apart. */
function sumOf(shop: Workshop, a: WasmWeight, b: WasmWeight): Panels {
  const first = shop.panelsOf(a, a.floats, (to) => {
    shop.exports.addTwo(a.floats, a.value, b.value, to);
  });
  let version = -1;
  return {
    address: first.address,
    refresh: () => {
      if (b.version !== version) shop.lanes.settle();
      if (b.version !== version) shop.exports.addTwo(a.floats, a.value, b.value, first.address);
      version = b.version;
      first.refresh();
    },
  };
}

/** The gradient of a state to start the way back from. */
function begin(
  shop: Workshop,
  h: WasmSequence,
  d: readonly number[],
  final: WasmSequence | undefined,
): void {
  const size = (s: number): number => h.shards[s].rows * h.ld;
  if (!final || final.isClear) shop.each(h, 'fillZero', (s) => [size(s), d[s]]);
  else shop.each(h, 'copy', (s) => [size(s), final.gradient[s], d[s]]);
}

/** h and, where there is one, c. */
function statesOf(state: CellState | null): WasmSequence[] {
  if (!state) return [];
  return state.c ? [own(state.h), own(state.c)] : [own(state.h)];
}
