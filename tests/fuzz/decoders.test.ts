/**
 * Random and mutated bytes for every decoder: none throws, hangs or grows. OFFBEAT_FUZZ_BYTES says
 * how many bytes each gets, OFFBEAT_FUZZ_SEED repeats a run.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Decoder, RowSink } from '../../shared/decode/decoder.ts';
import { DECODE_LIMITS } from '../../shared/decode/decoder.ts';
import { createRandom, type Random } from '../../shared/math/prng.ts';
import { DECODER_CASES } from '../decode/configs.ts';
import { decoderOf } from '../decode/reading.ts';

const BYTES = Number(process.env.OFFBEAT_FUZZ_BYTES ?? 500_000);
const SEED = Number(process.env.OFFBEAT_FUZZ_SEED ?? 20_260_105);
/** In the second half of the bytes, when whatever is bounded is full. */
const HEAP_GROWTH_MAX = 16 * 1024 * 1024;

/** Half of the time rubbish, else the good bytes with some of them changed, moved or repeated. */
function nextBytes(random: Random, good: Uint8Array): Uint8Array {
  const size = 1 + random.integer(4096);
  const bytes = new Uint8Array(size);
  const isRubbish = random.uniform() < 0.3;
  for (let i = 0; i < size; i++)
    bytes[i] = isRubbish ? random.integer(256) : good[i % good.length]!;
  if (isRubbish) return bytes;
  const printable = random.uniform() < 0.3;
  const edits = random.integer(1 + size / 8);
  for (let i = 0; i < edits; i++) {
    const at = random.integer(size);
    if (random.uniform() < 0.2) bytes.copyWithin(at, random.integer(size), random.integer(size));
    else bytes[at] = printable ? 9 + random.integer(118) : random.integer(256);
  }
  return bytes;
}

interface Outcome {
  readonly rows: number;
  readonly bad: number;
  /** The seed and where it broke, or null. */
  readonly failure: string | null;
  readonly grownBytes: number;
}

async function fuzz(
  decoder: Decoder,
  good: Uint8Array,
  seed: number,
  total: number,
): Promise<Outcome> {
  const random = createRandom(seed);
  let rows = 0;
  let bad = 0;
  const sink: RowSink = {
    row: (t, names, values) => {
      rows++;
      if (names.length !== values.length) throw new Error('A row with names for other values');
      if (Math.abs(t) > 8.64e15) throw new Error('A time that no date holds');
      if (Array.from(values).some((value) => Math.abs(value) === Infinity)) {
        throw new Error('A value without an end');
      }
    },
    bad: (text, reason) => {
      bad++;
      if (text.length > DECODE_LIMITS.badChars || reason === '') throw new Error('A long report');
    },
  };
  let pushed = 0;
  let before = 0;
  try {
    while (pushed < total) {
      const bytes = nextBytes(random, good);
      pushed += bytes.length;
      decoder.push(bytes, sink);
      if (before === 0 && pushed > total / 2) before = await heapBytes();
      const what = random.uniform();
      if (what < 0.02) decoder.end(sink);
      else if (what < 0.03) decoder.join();
    }
    decoder.end(sink);
  } catch (error) {
    const failure = `seed ${seed}, after ${pushed} bytes: ${String(error)}`;
    return { rows, bad, failure, grownBytes: 0 };
  }
  return { rows, bad, failure: null, grownBytes: (await heapBytes()) - before };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Buffers are freed after the turn in which they were found to be free. */
async function heapBytes(): Promise<number> {
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe(`decoders under ${BYTES} bytes of seed ${SEED}`, () => {
  it.each(DECODER_CASES)('$name', { timeout: 600_000 }, async ({ config, bytes }) => {
    const outcome = await fuzz(decoderOf(config), bytes, SEED, BYTES);
    expect(outcome.failure).toBeNull();
    expect(outcome.bad).toBeGreaterThan(0);
    expect(outcome.grownBytes).toBeLessThan(HEAP_GROWTH_MAX);
  });

  it('finds what is planted: a decoder that breaks on one byte in a million', async () => {
    const canary: Decoder = {
      push: (bytes) => {
        for (let i = 2; i < bytes.length; i++) {
          if (bytes[i] === 0xfe && bytes[i - 1] === 0x7b && bytes[i - 2]! < 16) {
            throw new Error('planted');
          }
        }
      },
      end: () => undefined,
      join: () => undefined,
    };
    const { failure } = await fuzz(canary, DECODER_CASES[0]!.bytes, SEED, 100_000_000);
    expect(failure).toMatch(/^seed \d+, after \d+ bytes: Error: planted$/);
  });

  it('finds what is planted: a decoder that keeps everything', async () => {
    const kept: Uint8Array[] = [];
    const canary: Decoder = {
      push: (bytes) => void kept.push(...Array.from({ length: 32 }, () => bytes.slice())),
      end: () => undefined,
      join: () => undefined,
    };
    const { grownBytes } = await fuzz(canary, DECODER_CASES[0]!.bytes, SEED, 4_000_000);
    expect(grownBytes).toBeGreaterThan(HEAP_GROWTH_MAX);
    kept.length = 0;
  });
});
