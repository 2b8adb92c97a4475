/** The networks there are: their parameters, and their kernels over a shape of batch. */
import type { Graph } from './graph.ts';
import { buildCombined, combinedShapes } from './networks/combined.ts';
import { buildEncoderDecoder, encoderDecoderShapes } from './networks/encoder-decoder.ts';
import type { Network, NetworkShape } from './networks/network-parts.ts';
import { buildSegments, segmentsShapes } from './networks/segments.ts';
import { buildStack, stackShapes } from './networks/stack.ts';
import type { ParameterShape, Weights } from './parameters.ts';
import type { NetworkSpec } from './spec.ts';

/** Throws RangeError naming the field that is wrong. */
export function networkShapes(spec: NetworkSpec): ParameterShape[] {
  switch (spec.kind) {
    case 'segments':
      return segmentsShapes(spec);
    case 'encoder-decoder':
      return encoderDecoderShapes(spec);
    case 'combined':
      return combinedShapes(spec);
    case 'stack':
    case undefined:
      return stackShapes(spec);
    default:
      throw new RangeError(
        `There is no network "${String((spec as { kind: unknown }).kind)}"; choose among stack, ` +
          'segments, encoder-decoder, combined.',
      );
  }
}

/** Notes the kernels of a network over T steps of B sequences. */
export function buildNetwork(
  graph: Graph,
  spec: NetworkSpec,
  weights: Weights,
  shape: NetworkShape,
): Network {
  switch (spec.kind) {
    case 'segments':
      return buildSegments(graph, spec, weights, shape);
    case 'encoder-decoder':
      return buildEncoderDecoder(graph, spec, weights, shape);
    case 'combined':
      return buildCombined(graph, spec, weights, shape);
    default:
      return buildStack(graph, spec, weights, shape);
  }
}
