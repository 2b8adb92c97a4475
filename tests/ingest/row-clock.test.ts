import { describe, expect, it } from 'vitest';
import { ArrivalClock, RowClock, type ClockJump } from '../../electron/engine/ingest/row-clock.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

function clock(after = -Infinity): { rows: RowClock; jumps: ClockJump[] } {
  const jumps: ClockJump[] = [];
  const listener = { jumped: (jump: ClockJump) => jumps.push(jump), drifting: () => undefined };
  return { rows: new RowClock({ offset: 0 }, after, listener), jumps };
}

describe('the time of a row', () => {
  it('goes on where the clock of the device steps back, and returns when it is put right', () => {
    const { rows, jumps } = clock();
    const times: number[] = [];
    for (let i = 0; i < 90; i++) {
      const isBack = i >= 30 && i < 60;
      times.push(rows.timeOf(NOON + i * 1000 - (isBack ? HOUR : 0), NOON + i * 1000 + 40));
    }
    // No time is met twice, so that no row is written over.
    expect(times).toEqual(Array.from({ length: 90 }, (_, i) => NOON + i * 1000));
    expect(jumps).toEqual([
      { whose: 'device', jumpMs: -HOUR },
      { whose: 'device', jumpMs: HOUR },
    ]);
  });

  it('is what a clock says after it was wrong and is put right', () => {
    const { rows, jumps } = clock();
    const raw = (i: number): number => NOON + i * 1000 - (i < 30 ? 24 * HOUR : 0);
    for (let i = 0; i < 60; i++) expect(rows.timeOf(raw(i), NOON + i * 1000)).toBe(raw(i));
    expect(jumps).toEqual([{ whose: 'device', jumpMs: 24 * HOUR }]);
  });

  it('is believed again where a wrong clock was put right while nobody listened', () => {
    const { jumps } = clock();
    const listener = { jumped: (jump: ClockJump) => jumps.push(jump), drifting: () => undefined };
    const rows = new RowClock({ offset: HOUR }, NOON, listener);
    expect(rows.timeOf(NOON + 5000, NOON + 5040)).toBe(NOON + 5000);
    expect(jumps).toEqual([{ whose: 'device', jumpMs: HOUR }]);
    const still = new RowClock({ offset: HOUR }, NOON, listener);
    expect(still.timeOf(NOON + 5000 - HOUR, NOON + 5040)).toBe(NOON + 5000);
  });

  it('is taken as it is from a recording, however it runs', () => {
    const { rows, jumps } = clock();
    for (let i = 0; i < 200; i++) {
      const raw = NOON - 1000 * HOUR + (i % 50) * 60_000 + Math.floor(i / 50) * 10 * HOUR;
      expect(rows.timeOf(raw, NOON + i * 20)).toBe(raw);
    }
    expect(jumps).toEqual([]);
  });

  it('counts from when a clock without a calendar was first heard, and after its reset', () => {
    const { rows, jumps } = clock();
    expect(rows.timeOf(5000, NOON)).toBe(NOON);
    expect(rows.timeOf(6000, NOON + 1010)).toBe(NOON + 1000);
    expect(rows.timeOf(100, NOON + 9000)).toBe(NOON + 9000);
    expect(jumps).toEqual([{ whose: 'device', jumpMs: -5900 }]);
  });

  it('is spread over the stretch in which rows without one came', () => {
    const { rows } = clock();
    expect([...rows.timesOf(1, NOON)]).toEqual([NOON]);
    expect([...rows.timesOf(1, NOON + 100)]).toEqual([NOON + 100]);
    expect([...rows.timesOf(4, NOON + 500)]).toEqual([200, 300, 400, 500].map((ms) => NOON + ms));
    // After a pause rows end at their arrival, with the usual step between.
    expect([...rows.timesOf(2, NOON + 60_000)]).toEqual([NOON + 59_900, NOON + 60_000]);
  });

  it('never meets one that is stored, however many rows come at once', () => {
    const { rows } = clock(NOON + 50);
    const times = [...rows.timesOf(5, NOON), ...rows.timesOf(5, NOON + 1)];
    expect(times).toEqual(Array.from({ length: 10 }, (_, i) => NOON + 51 + i));
  });
});

describe('the clock of this machine', () => {
  it('does not take rows back with it when it is set back', () => {
    const jumps: ClockJump[] = [];
    const arrivals = new ArrivalClock((jump) => jumps.push(jump));
    const heard = [0, 1000, 2000, 2000 - HOUR, 3000 - HOUR, 4000 - HOUR];
    expect(heard.map((ms) => arrivals.correct(NOON + ms))).toEqual(
      [0, 1000, 2000, 2000, 3000, 4000].map((ms) => NOON + ms),
    );
    expect(jumps).toEqual([{ whose: 'machine', jumpMs: -HOUR }]);
  });
});
