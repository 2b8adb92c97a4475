import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  batchOf,
  createStream,
  publish,
  rowsOf,
  temporaryStore,
  type Row,
  type TemporaryStore,
} from './temporary-store.ts';

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

const append = (id: number, rows: readonly Row[], channels = 2): Promise<{ duplicates: number }> =>
  temporary.store.write['stream.append'](id, batchOf(rows, channels));

async function stored(id: number): Promise<Row[]> {
  return rowsOf(await temporary.store.read['stream.rows'](id, -Infinity, 1e6));
}

/** `count` rows from `from` on, a second apart, with numbers that tell where they belong. */
function ramp(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => [
    (from + i) * 1000,
    from + i,
    (from + i) / -3 + 1,
  ]);
}

describe('rows of a stream', () => {
  it('come back as they were written, to the last bit, after a new start too', async () => {
    const id = await createStream(temporary.store, 2);
    const odd: Row[] = [
      [-5000, 0.1 + 0.2, Number.MAX_VALUE],
      [0, NaN, 5e-324],
      [1, -1 / 3, NaN],
      [8.64e15, NaN, NaN],
    ];
    expect(await append(id, odd)).toEqual({ duplicates: 0 });
    await publish(temporary.store, id);
    expect(await stored(id)).toEqual(odd);
    await temporary.reopen();
    expect(await stored(id)).toEqual(odd);
    const { range, rows } = await temporary.store.read['stream.get'](id);
    expect({ range, rows }).toEqual({ range: { from: -5000, to: 8.64e15 }, rows: 4 });
  });

  it('are read in pages after a time', async () => {
    const id = await createStream(temporary.store, 2);
    const rows = ramp(0, 300);
    await append(id, rows);
    await publish(temporary.store, id);
    const { read } = temporary.store;
    expect(rowsOf(await read['stream.rows'](id, -Infinity, 10))).toEqual(rows.slice(0, 10));
    expect(rowsOf(await read['stream.rows'](id, 9000, 5))).toEqual(rows.slice(10, 15));
    expect(rowsOf(await read['stream.rows'](id, 298_500, 100))).toEqual(rows.slice(299));
    expect(rowsOf(await read['stream.rows'](id, 299_000, 100))).toEqual([]);
  });

  it('replace older ones of the same time, and are counted when they do', async () => {
    const id = await createStream(temporary.store, 2);
    await append(id, ramp(0, 100));
    expect(await append(id, [[50_000, 7, NaN]])).toEqual({ duplicates: 1 });
    const twice: Row[] = [
      [200_000, 1, 1],
      [200_000, 2, 2],
      [20_000, 9, 9],
    ];
    expect(await append(id, twice)).toEqual({ duplicates: 2 });
    await publish(temporary.store, id);
    const rows = await stored(id);
    expect(rows).toHaveLength(101);
    expect(rows[20]).toEqual([20_000, 9, 9]);
    expect(rows[50]).toEqual([50_000, 7, NaN]);
    expect(rows[100]).toEqual([200_000, 2, 2]);
    expect((await temporary.store.read['stream.get'](id)).rows).toBe(101);
  });

  it('are what a map by time would hold, in whatever order they come', async () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 150 }),
      fc.constantFrom(0, 1, -2.5, NaN),
      fc.integer(),
    );
    const batches = fc.array(fc.array(row, { maxLength: 150 }), { maxLength: 6 });
    const property = fc.asyncProperty(batches, async (all) => {
      const id = await createStream(temporary.store, 2);
      const expected = new Map<number, Row>();
      for (const rows of all) {
        const size = expected.size;
        for (const found of rows) expected.set(found[0], found);
        const duplicates = rows.length - (expected.size - size);
        expect(await append(id, rows)).toEqual({ duplicates });
      }
      const { rows } = await publish(temporary.store, id);
      expect(rows).toBe(expected.size);
      expect(await stored(id)).toEqual([...expected.values()].sort((a, b) => a[0] - b[0]));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it.each([499, 500, 2000])('may have %d channels', async (channels) => {
    const id = await createStream(temporary.store, channels);
    const rows = Array.from({ length: 130 }, (_, i) => [
      i * 1000,
      ...Array.from({ length: channels }, (_, k) => (i % 7 === 0 && k > 600 ? NaN : i + k)),
    ]);
    await append(id, rows, channels);
    await publish(temporary.store, id);
    expect(await stored(id)).toEqual(rows);
    const view = await temporary.store.read['stream.view'](id, { from: 0, to: 129_000 }, 20);
    expect(view.max).toHaveLength(channels);
    for (const k of [0, channels - 1]) {
      expect(Math.max(...view.max[k])).toBe(129 + k);
      expect(Math.min(...view.min[k])).toBe((k > 600 ? 1 : 0) + k);
    }
  });

  it('are refused in words beyond 4096 channels', async () => {
    const tooMany = createStream(temporary.store, 4097);
    await expect(tooMany).rejects.toMatchObject({ code: 'bad-input', message: /^4097 .* 4096/ });
  });
});
