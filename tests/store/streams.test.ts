import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  batchOf,
  channelsOf,
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

describe('a stream', () => {
  it('is told with everything that was counted', async () => {
    const id = await createStream(temporary.store, 2, 500);
    await append(id, ramp(1, 3));
    const info = await publish(temporary.store, id, 750);
    expect(info).toEqual({
      id,
      name: 'Press',
      channels: channelsOf(2),
      rows: 3,
      range: { from: 1000, to: 3000 },
      periodMs: 750,
      hasTime: true,
      quarantined: 0,
      duplicates: 1,
      backward: 2,
      gaps: 3,
    });
    expect(await temporary.store.read['stream.list']()).toEqual([info]);
  });

  it('is hidden until it is published, and gone if it never was', async () => {
    const { read } = temporary.store;
    const id = await createStream(temporary.store, 2);
    await append(id, ramp(0, 10));
    expect(await read['stream.list']()).toEqual([]);
    for (const ask of [read['stream.get'](id), read['stream.rows'](id, 0, 1)]) {
      await expect(ask).rejects.toMatchObject({ code: 'not-found' });
    }
    await temporary.reopen();
    await expect(publish(temporary.store, id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('may be empty', async () => {
    const id = await createStream(temporary.store, 2);
    const { rows, range } = await publish(temporary.store, id);
    expect({ rows, range }).toEqual({ rows: 0, range: null });
    const view = await temporary.store.read['stream.view'](id, { from: 0, to: 1e6 }, 100);
    expect([...view.t]).toEqual([]);
  });

  it('is renamed, removed and restored with all it had', async () => {
    const { read, write } = temporary.store;
    const id = await createStream(temporary.store, 2);
    await append(id, ramp(0, 10));
    const before = await publish(temporary.store, id);
    await write['stream.rename'](id, 'Presse 2 "é"');
    await write['stream.remove'](id);
    expect(await read['stream.list']()).toEqual([]);
    await expect(read['stream.get'](id)).rejects.toMatchObject({ code: 'not-found' });
    await write['stream.restore'](id);
    expect(await read['stream.get'](id)).toEqual({ ...before, name: 'Presse 2 "é"' });
    expect(await stored(id)).toEqual(ramp(0, 10));
  });

  it('is gone for good once the workspace was opened again, or purged', async () => {
    const ids = [];
    for (let i = 0; i < 3; i++) {
      const id = await createStream(temporary.store, 2);
      await append(id, ramp(0, 10));
      await temporary.store.write['stream.quarantine'](id, [{ line: 1, text: '', reason: 'bad' }]);
      await publish(temporary.store, id);
      ids.push(id);
    }
    const [kept, removed, purged] = ids;
    await temporary.store.write['stream.remove'](removed);
    await temporary.store.write['stream.purge'](purged);
    await temporary.reopen();
    const { read, write } = temporary.store;
    expect((await read['stream.list']()).map(({ id }) => id)).toEqual([kept]);
    for (const gone of [removed, purged]) {
      await expect(write['stream.restore'](gone)).rejects.toMatchObject({ code: 'not-found' });
      await expect(append(gone, ramp(0, 1))).rejects.toMatchObject({ code: 'not-found' });
      expect(await read['quarantine.list'](gone, 0, 10)).toEqual([]);
    }
    expect(await read['quarantine.list'](kept, 0, 10)).toHaveLength(1);
    expect(await createStream(temporary.store, 2)).toBeGreaterThan(purged);
  });

  it('that does not exist is refused in words', async () => {
    const { write } = temporary.store;
    const asks = [
      write['stream.rename'](99, 'x'),
      write['stream.remove'](99),
      write['stream.restore'](99),
      append(99, ramp(0, 1)),
      publish(temporary.store, 99),
    ];
    for (const ask of asks) {
      await expect(ask).rejects.toMatchObject({ code: 'not-found', message: /no .*stream 99/ });
    }
  });
});

describe('rows set aside', () => {
  it('are listed in pages in the order they came, and counted', async () => {
    const { read, write } = temporary.store;
    const id = await createStream(temporary.store, 1);
    const rows = Array.from({ length: 25 }, (_, i) => ({
      line: 100 - i,
      text: `a;"${i}";\u0000é`,
      reason: 'three fields, two expected',
    }));
    await write['stream.quarantine'](id, rows.slice(0, 10));
    await write['stream.quarantine'](id, rows.slice(10));
    expect((await publish(temporary.store, id)).quarantined).toBe(25);
    expect(await read['quarantine.list'](id, 0, 8)).toEqual(rows.slice(0, 8));
    expect(await read['quarantine.list'](id, 20, 100)).toEqual(rows.slice(20));
  });
});
