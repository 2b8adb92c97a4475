/** Which stored rows may be scored, and when more may be. */
import { describe, expect, it } from 'vitest';
import { SettledRows } from '../../electron/engine/monitor/settled-rows.ts';

const batch = (t: number[], ...columns: number[][]) => ({
  t: Float64Array.from(t),
  columns: columns.map((column) => Float64Array.from(column)),
});
const NONE = batch([], [], []);

describe('rows that are stored', () => {
  it('are scored at once when they are whole, and nothing is waited for', () => {
    const settled = new SettledRows();
    expect(settled.count(batch([1, 2], [3, 4], [5, 6]), [0, 1], 100)).toBe(2);
    expect(settled.count(NONE, [0, 1], 100)).toBe(0);
    expect(settled.waitMs(100)).toBeNull();
    expect(settled.waitMs(10_000)).toBeNull();
  });

  it('wait half a second for a missing value, and go then as they are', () => {
    const settled = new SettledRows();
    const held = batch([1, 2], [3, 4], [5, NaN]);
    expect(settled.count(held, [0, 1], 100)).toBe(1);
    expect(settled.waitMs(300)).toBe(300);
    expect(settled.count(batch([2], [4], [NaN]), [0, 1], 599)).toBe(0);
    expect(settled.count(batch([2], [4], [NaN]), [0, 1], 600)).toBe(1);
    expect(settled.count(NONE, [0, 1], 600)).toBe(0);
    expect(settled.waitMs(600)).toBeNull();
  });
});
