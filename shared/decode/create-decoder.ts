/** The decoder that a config describes. */
import type { DecoderConfig } from '../domain/feed.ts';
import type { Decoder } from './decoder.ts';
import { createFramesDecoder } from './frames.ts';
import { createInfluxDecoder } from './influx.ts';
import { createJsonRowsDecoder } from './json-rows.ts';
import { createPairsDecoder } from './pairs.ts';
import { createSenmlDecoder } from './senml.ts';
import { createDelimitedDecoder, createNumbersDecoder } from './table-lines.ts';

export interface DecoderPlace {
  /** Names a value that has no name of its own; may be empty. */
  readonly subject: string;
  /** ms; for formats whose times are relative to now. */
  now(): number;
}

/** Throws RangeError for a config that describes none, such as an unknown time zone. */
export function createDecoder(config: DecoderConfig, place: DecoderPlace): Decoder {
  switch (config.kind) {
    case 'delimited':
      return createDelimitedDecoder(config, place.subject);
    case 'numbers':
      return createNumbersDecoder(config, place.subject);
    case 'json':
      return createJsonRowsDecoder(config, place.subject);
    case 'pairs':
      return createPairsDecoder(config);
    case 'influx':
      return createInfluxDecoder(config);
    case 'senml':
      return createSenmlDecoder(place.now);
    case 'frames':
      return createFramesDecoder(config);
  }
}
