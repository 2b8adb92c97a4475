/** Trains a small network and counts what each step draws and which textures are alive. */
import type { Graphics } from '../../../renderer/compute/webgl/graphics.ts';
import { createWebglBackend } from '../../../renderer/compute/webgl/webgl.ts';
import type { CellName } from '../../../shared/model/cells/cell.ts';
import { emptyParameters } from '../../../shared/model/parameters.ts';
import { networkShapes } from '../../../shared/model/network.ts';
import { Trainer } from '../../../shared/train/trainer.ts';

export interface CountedShape {
  readonly cell: CellName;
  readonly H: number;
  readonly T: number;
  readonly steps: number;
}

export interface Counts {
  /** Draws of each step. */
  readonly draws: number[];
  /** Textures alive behind each step. */
  readonly textures: number[];
  /** Alive when all is disposed of. */
  readonly left: number;
}

const [B, D] = [4, 3];

export function countSteps(graphics: Graphics, { cell, H, T, steps }: CountedShape): Counts {
  const before = graphics.textures;
  const backend = createWebglBackend(graphics);
  const network = {
    inputs: D,
    convolutions: [],
    recurrent: { cell, hidden: H, layers: 1, bidirectional: false },
    head: { reading: 'last', outputs: 1 },
  } as const;
  const batch = {
    x: Float64Array.from({ length: T * B * D }, (_, i) => Math.sin(i)),
    target: Float64Array.from({ length: B }, (_, i) => Math.cos(i)),
    weight: new Float64Array(B).fill(1 / B),
  };
  const task = {
    network,
    loss: { name: 'mse' },
    T,
    B,
    draw: () => batch,
    validation: null,
  } as const;
  const trainer = new Trainer(backend, task, emptyParameters(networkShapes(network)), {
    ...{ steps, stepsPerEpoch: 10, learningRate: 0.01, weightDecay: 0, l1: 0, clipNorm: 1 },
    ...{ schedule: { name: 'constant' }, optimiser: { name: 'adam' }, patience: Infinity, seed: 1 },
  });
  const counts: { draws: number[]; textures: number[] } = { draws: [], textures: [] };
  for (let step = 0; step < steps; step++) {
    const drawn = graphics.draws;
    trainer.advance();
    counts.draws.push(graphics.draws - drawn);
    counts.textures.push(graphics.textures);
  }
  backend.dispose();
  return { ...counts, left: graphics.textures - before };
}
