import { describe, expect, it } from 'vitest';
import { ClockDrift } from '../../electron/engine/ingest/clock-drift.ts';
import { createRandom } from '../../shared/math/prng.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A row a second that travels 20 to 220 ms; `clockOf`: the device's clock at a time of ours. */
function run(clock: ClockDrift, from: number, to: number, clockOf: (at: number) => number): void {
  const random = createRandom(7);
  for (let at = from; at < to; at += 1000) {
    const sent = at - 20 - 200 * random.uniform();
    clock.note(at, at - clockOf(sent));
  }
}

describe('a clock of a device', () => {
  it('that keeps pace is not told to drift, however long rows travel', () => {
    const clock = new ClockDrift();
    run(clock, NOON, NOON + 5 * HOUR, (at) => at - 4000);
    expect(clock.current).toBeNull();
  });

  it.each([2000, -2000, 700, -700])(
    'that loses %i ms an hour is told, with how much',
    (perHour) => {
      const clock = new ClockDrift();
      const slow = (at: number): number => at - (perHour * (at - NOON)) / HOUR;
      run(clock, NOON, NOON + HOUR + MINUTE, slow);
      expect(clock.current!.perHour).toBeGreaterThan(perHour - 100);
      expect(clock.current!.perHour).toBeLessThan(perHour + 100);
      expect(clock.current!.since).toBeLessThan(NOON + 30 * MINUTE);
    },
  );

  it('is told within a quarter of an hour, and to keep pace again an hour after it does', () => {
    const clock = new ClockDrift();
    const slow = (at: number): number => at - Math.min(HOUR, at - NOON) / 900;
    run(clock, NOON, NOON + HOUR / 4, slow);
    expect(clock.current).not.toBeNull();
    run(clock, NOON + HOUR / 4, NOON + HOUR, slow);
    expect(clock.current!.since).toBeLessThan(NOON + 2 * MINUTE);
    run(clock, NOON + HOUR, NOON + 3 * HOUR, slow);
    expect(clock.current).toBeNull();
  });

  it('says nothing of a queue that grows, or of a recording that is sent faster', () => {
    const clock = new ClockDrift();
    run(clock, NOON, NOON + HOUR, (at) => NOON + 0.9 * (at - NOON));
    expect(clock.current).toBeNull();
    clock.forget();
    run(clock, NOON, NOON + HOUR, (at) => NOON - 9e9 + 10 * (at - NOON));
    expect(clock.current).toBeNull();
  });
});
