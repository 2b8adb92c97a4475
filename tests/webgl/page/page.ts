/** A page that runs the kernels of the graphics card; the tests ask it through `window`. */
import { Graphics } from '../../../renderer/compute/webgl/graphics.ts';
import { createWebglBackend } from '../../../renderer/compute/webgl/webgl.ts';
import type { Case } from '../../conformance/cases.ts';
import { runCase, type Numbers } from '../../conformance/run-case.ts';
import { probabilitiesOn } from '../../conformance/recogniser-probabilities.ts';
import { countSteps, type Counts, type CountedShape } from './count-steps.ts';

const graphics = Graphics.open();

window.offbeatKernels = {
  renderer: () => graphics?.renderer ?? 'none',
  run: (one) => {
    const backend = createWebglBackend(graphics!);
    try {
      return runCase(backend, one);
    } finally {
      backend.dispose();
    }
  },
  count: (shape) => countSteps(graphics!, shape),
  recognise: () => probabilitiesOn(() => createWebglBackend(graphics!)),
};

declare global {
  interface Window {
    offbeatKernels: {
      renderer(): string;
      run(one: Case): Numbers;
      count(shape: CountedShape): Counts;
      recognise(): ReturnType<typeof probabilitiesOn>;
    };
  }
}
