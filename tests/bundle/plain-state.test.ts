/** Any plain data comes back as it was, to the bit, and gives the same text each time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readState, writeState } from '../../electron/engine/bundle/plain-state.ts';

const bits = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => {
  return new DataView(bytes.slice().buffer).getFloat64(0);
});
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    ...[bits, fc.double(), fc.string(), fc.boolean(), fc.constantFrom(null, undefined)],
    fc.float64Array({ noDefaultInfinity: false }),
    ...[fc.float32Array(), fc.int32Array(), fc.uint8Array()],
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((name) => !name.startsWith('$')),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  ),
})).value;

it('comes back as it was', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const bytes = writeState(value);
      const back = readState(bytes);
      expect(back).toEqual(value);
      expect(Buffer.compare(writeState(back), bytes)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('refuses what is not plain, or no state', () => {
  expect(() => writeState({ a: () => 1 })).toThrow(/plain data/);
  expect(() => writeState(new Date(0))).toThrow(/plain data/);
  const read = (text: string) => () => readState(new TextEncoder().encode(text));
  expect(read('{"$f64":"AAAA"}')).toThrow(/cut off/);
  expect(read('{"$strange":1}')).toThrow(/no \$strange/);
  expect(read('nonsense')).toThrow(SyntaxError);
});
