/** Affine maps, and convolutions as affine maps of patches. */
import type { Affine, Convolution, Kernel } from '../../backend.ts';
import { own, ownWeight, padded, type WasmSequence, type WasmWeight } from './tensors.ts';
import type { Workshop } from './workshop.ts';

/** As in assembly/affine.ts. */
const ROWS_TOGETHER = 128;

export function affine(shop: Workshop, terms: Affine): Kernel {
  const x = own(terms.x);
  const product = affineOf(shop, {
    weight: ownWeight(terms.weight),
    bias: terms.bias && ownWeight(terms.bias),
    columns: x.C,
    ldx: x.ld,
    x: x.value,
    y: own(terms.y),
  });
  return {
    forward: () => product.forward(),
    backward: () => {
      product.weights();
      if (!x.hasGradient) return;
      product.inputs(x.gradient, !x.isClear);
      x.isClear = false;
    },
  };
}

export function convolution(shop: Workshop, terms: Convolution): Kernel {
  const x = own(terms.x);
  const y = own(terms.y);
  const { stride, padding } = terms;
  const [, D, width] = terms.weight.shape;
  const ld = padded(D * width);
  const size = (s: number): number => y.rows(s) * ld;
  const rows = shop.room(y, size);
  const dRows = x.hasGradient ? shop.room(y, size) : rows;
  const gather = (s: number, from: number, to: number, isBack: 0 | 1): readonly number[] => [
    ...[x.T, x.shards[s].rows, D, x.ld, y.T, width, stride, padding],
    ...[from, to, ld, isBack],
  ];
  const product = affineOf(shop, {
    weight: ownWeight(terms.weight),
    bias: ownWeight(terms.bias),
    columns: D * width,
    ldx: ld,
    x: rows,
    y,
  });
  return {
    forward: () => {
      shop.each(y, 'patches', (s) => gather(s, x.value[s], rows[s], 0));
      product.forward();
    },
    backward: () => {
      product.weights();
      if (!x.hasGradient) return;
      product.inputs(dRows, false);
      shop.ready(x);
      shop.each(y, 'patches', (s) => gather(s, x.gradient[s], dRows[s], 1));
    },
  };
}

interface Product {
  readonly weight: WasmWeight;
  readonly bias: WasmWeight | null;
  /** D without padding. */
  readonly columns: number;
  readonly ldx: number;
  /** Rows by shard. */
  readonly x: readonly number[];
  readonly y: WasmSequence;
}

function affineOf(shop: Workshop, { weight, bias, columns, ldx, x, y }: Product) {
  const K = y.ld;
  const noBias = shop.arena.floats(K);
  const forward = shop.byColumns(weight, columns);
  const back = shop.byRows(weight);
  const room = shop.room(y, () => ROWS_TOGETHER * ldx);
  weight.share(y.shards.length);
  bias?.share(y.shards.length);
  return {
    forward: () => {
      forward.refresh();
      shop.each(y, 'affineForward', (s) => [
        ...[y.rows(s), columns, K, x[s], ldx],
        ...[forward.address, bias ? bias.value : noBias, y.value[s]],
      ]);
    },
    weights: () => {
      shop.ready(y);
      shop.each(y, 'affineWeights', (s) => [
        ...[y.rows(s), ldx, K, y.gradient[s], x[s]],
        ...[weight.gradient(s), bias ? bias.gradient(s) : 0, room[s]],
      ]);
    },
    inputs: (dx: readonly number[], adds: boolean) => {
      back.refresh();
      shop.each(y, 'affineInputs', (s) => [
        ...[y.rows(s), ldx, K, y.gradient[s], back.address, dx[s], adds ? 1 : 0],
      ]);
    },
  };
}
