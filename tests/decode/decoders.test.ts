/** What holds for every decoder: any cut gives the same rows, and no bytes make it throw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECODER_CASES } from './configs.ts';
import { decoderOf, keepIn, read, readCut, type Reading } from './reading.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

/** The bytes with some of them changed, doubled and left out. */
function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(
    fc.nat(bytes.length),
    fc.nat(8),
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom('\n', '\r', '"', ',', '{', '}', ' ', '\\').map((c) => Buffer.from(c)),
      fc.nat(bytes.length).map((at) => bytes.slice(at, at + 20)),
    ),
  );
  return fc.array(edit, { maxLength: 6 }).map((edits) => {
    let result = Buffer.from(bytes);
    for (const [at, cut, put] of edits) {
      result = Buffer.concat([result.subarray(0, at), put, result.subarray(at + cut)]);
    }
    return new Uint8Array(result);
  });
}

describe.each(DECODER_CASES)('$name', ({ config, bytes, rows }) => {
  it('reads its own rows', () => {
    const reading = read(config, bytes);
    expect(reading.bad).toEqual([]);
    expect(reading.rows).toHaveLength(rows);
  });

  it('gives the same rows however the bytes are cut', () => {
    fc.assert(
      fc.property(mutated(bytes), sizes, (stream, cuts) => {
        const whole = readCut(config, stream, [Math.max(1, stream.length)]);
        expect(readCut(config, stream, cuts)).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it('reads on behind rubbish', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (rubbish) => {
        const reading: Reading = { rows: [], bad: [] };
        const decoder = decoderOf(config);
        decoder.push(bytes, keepIn(reading));
        decoder.push(rubbish, keepIn(reading));
        decoder.end(keepIn(reading));
        const before = reading.rows.length;
        decoder.push(bytes, keepIn(reading));
        decoder.end(keepIn(reading));
        expect(reading.rows.length - before).toBe(rows);
      }),
      { numRuns: 200 },
    );
  });

  it('names each value once, and tells one layout by one array', () => {
    const { rows: found } = read(config, bytes);
    for (const { names, values } of found) {
      expect(new Set(names).size).toBe(names.length);
      expect(values).toHaveLength(names.length);
      const same = found.filter((other) => other.names.join() === names.join());
      expect(same.every((other) => other.names === names)).toBe(true);
    }
  });
});
