import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, createStream, temporaryStore, type TemporaryStore } from './temporary-store.ts';

let temporary: TemporaryStore;
let db: Database.Database;
beforeAll(async () => {
  temporary = await temporaryStore();
  db = new Database(temporary.file, { readonly: true });
});
afterAll(async () => {
  db.close();
  await temporary.remove();
});

interface Bucket {
  readonly level: number;
  readonly t: number;
  readonly lo0: number | null;
  readonly hi0: number | null;
  readonly sum0: number | null;
  readonly n0: number;
}

const PERIOD_MS = 2;
/** Milliseconds of a bucket on each level: 64 rows, then 16 buckets of the level below. */
const WIDTHS = [1, 16, 256, 4096].map((factor) => 64 * PERIOD_MS * factor);

function naive(values: ReadonlyMap<number, number>): Bucket[] {
  return WIDTHS.flatMap((width, level) => {
    const groups = Map.groupBy(values, ([t]) => Math.floor(t / width) * width);
    return [...groups].map(([t, group]): Bucket => {
      const found = group.map(([, value]) => value).filter(Number.isFinite);
      if (found.length === 0) return { level, t, lo0: null, hi0: null, sum0: null, n0: 0 };
      const sum0 = found.reduce((a, b) => a + b, 0);
      return { level, t, lo0: Math.min(...found), hi0: Math.max(...found), sum0, n0: found.length };
    });
  }).sort((a, b) => a.level - b.level || a.t - b.t);
}

/** Whole numbers add up alike in any order. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -99, max: 99 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const batch = fc
  .record({
    from: fc.integer({ min: -300_000, max: 300_000 }),
    step: fc.constantFrom(1, PERIOD_MS, 50, 3000),
    values: fc.array(value, { minLength: 1, maxLength: 150, size: 'max' }),
    backwards: fc.boolean(),
  })
  .map(({ from, step, values, backwards }) =>
    values.map((x, i) => [from + (backwards ? -i : i) * step, x] as const),
  );

describe('rollups', () => {
  it('hold minimum, maximum, sum and count of their rows after every append', async () => {
    const batches = fc.array(batch, { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(batches, fc.boolean(), async (all, inOrder) => {
      const sorted = inOrder ? all.toSorted((a, b) => a[0][0] - b[0][0]) : all;
      const id = await createStream(temporary.store, 1, PERIOD_MS);
      const select = db.prepare(`SELECT * FROM stream_${id}_rollup ORDER BY level, t`);
      const values = new Map<number, number>();
      for (const rows of sorted) {
        await temporary.store.write['stream.append'](id, batchOf(rows, 1));
        for (const [t, x] of rows) values.set(t, x);
        expect(select.all()).toEqual(naive(values));
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('count no row twice, however small the pieces it comes in', async () => {
    const id = await createStream(temporary.store, 1, PERIOD_MS);
    const values = new Map<number, number>();
    for (let row = 0; row < 600; row++) {
      const t = row * PERIOD_MS;
      await temporary.store.write['stream.append'](id, batchOf([[t, row]], 1));
      values.set(t, row);
    }
    const found = db.prepare(`SELECT * FROM stream_${id}_rollup ORDER BY level, t`).all();
    expect(found).toEqual(naive(values));
  });
});
