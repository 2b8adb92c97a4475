/** Trains by the kernels of the graphics card; the bench asks through `window`. */
import { Graphics } from '../../../../renderer/compute/webgl/graphics.ts';
import { createWebglBackend } from '../../../../renderer/compute/webgl/webgl.ts';
import { timed, type Turn } from '../contestant.ts';
import type { Task } from '../shapes.ts';
import { trainingStep } from '../training-step.ts';

const graphics = Graphics.open();
let step: () => number;

window.offbeatBench = {
  open: (task) => {
    if (!graphics) return null;
    step = trainingStep(createWebglBackend(graphics), task);
    return graphics.renderer;
  },
  turn: (steps) => {
    let loss = 0;
    const ms = timed(steps, () => (loss = step()));
    return { ms, loss };
  },
};

declare global {
  interface Window {
    offbeatBench: {
      /** Name of the renderer; null when there is no WebGL 2. */
      open(task: Task): string | null;
      turn(steps: number): Turn;
    };
  }
}
