/** What a model says of how it was learnt, in sentences for reports and the command line. */
import type {
  BackendName,
  BackendReason,
  LayerGradients,
  ModelCard,
  TrainingNote,
} from '../../../shared/domain/model.ts';
import { formatNumber } from '../../../shared/domain/words.ts';

const BACKENDS: Readonly<Record<BackendName, string>> = {
  webgl: 'the graphics card (WebGL)',
  wasm: 'the processor (WASM)',
  'wasm-plain': 'the processor (WASM, the same bits everywhere)',
  reference: 'the float64 reference',
};

/** Which backend, and why. */
export function backendSentence({ backend, backendReason }: ModelCard): string {
  const why = backendReason ? `: ${reasonText(backendReason)}` : '';
  return `${BACKENDS[backend]}${why}`;
}

function reasonText(reason: BackendReason): string {
  switch (reason.code) {
    case 'asked':
      return 'as asked';
    case 'no-page':
      return 'no window with WebGL 2 is open';
    case 'software':
      return `${reason.renderer} draws on the processor`;
    case 'failed':
      return `WebGL failed: ${reason.message}`;
    case 'disagreed':
      return `WebGL gave losses that differ by ${formatNumber(100 * reason.difference)} %`;
    case 'measured': {
      const [webgl, wasm] = [formatNumber(reason.webglMs), formatNumber(reason.wasmMs)];
      return `a step took ${webgl} ms by WebGL, ${wasm} ms by WASM`;
    }
  }
}

export function noteSentence({ training, step }: TrainingNote): string {
  return (
    `The loss of training ${training} stopped being a number at step ${step}; the weights of its ` +
    'last good epoch were kept.'
  );
}

/** One line a layer: how large its gradients were at the end of the last training. */
export function gradientLines(gradients: LayerGradients | undefined): [string, string][] {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return Object.entries(gradients ?? {}).map(([layer, { norm, tiny, huge }]) => [
    layer,
    `‖g‖ ${formatNumber(norm)}, ${percent(tiny)} vanishing, ${percent(huge)} exploding`,
  ]);
}
