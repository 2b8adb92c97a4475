/**
 * Scenarios that nobody wrote: machines with faults above six deviations, from the same language.
 * Whatever the machine, silence is silent, each fault is an event, and only one.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, play } from './play-script.ts';
import { parseScript } from './script.ts';

const RUNS = 40;
const ROWS = 900;
const TRAIN_ROWS = 450;
/** Windows fill and empty around a fault. */
const BEFORE = 4;
const AFTER = 70;

const channel = fc.record({
  level: fc.integer({ min: -50, max: 500 }),
  noise: fc.constantFrom(0.05, 0.4, 3),
  /** Of the noise; 0: no wave. */
  wave: fc.constantFrom(0, 0, 2, 6),
  waveRows: fc.integer({ min: 16, max: 60 }),
});

const fault = fc.record({
  channel: fc.nat(),
  /** In spreads of the channel, wave and noise together. */
  size: fc.double({ min: 7, max: 15, noNaN: true }),
  isDown: fc.boolean(),
  rows: fc.integer({ min: 12, max: 40 }),
  shift: fc.integer({ min: 0, max: 25 }),
});

const machine = fc.record({
  period: fc.constantFrom('100ms', '1s', '1min', '15min', '1h'),
  channels: fc.array(channel, { minLength: 1, maxLength: 4 }),
  faults: fc.array(fault, { minLength: 0, maxLength: 2 }),
  gap: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

type Machine = typeof machine extends fc.Arbitrary<infer T> ? T : never;

/** The script of a machine: faults lie 200 rows apart, a gap behind them. */
function scriptOf({ period, channels, faults, gap }: Machine): string {
  const lines = channels.map(({ level, noise, wave, waveRows }, k) => {
    const swing = wave > 0 ? ` ~ ${wave * noise}/${waveRows}` : '';
    return `load ${period} c${k} ${level} ± ${noise}${swing} × ${ROWS}`;
  });
  let silentFrom = TRAIN_ROWS;
  const expectations: string[] = [];
  faults.forEach(({ channel: which, size, isDown, rows, shift }, i) => {
    const k = which % channels.length;
    const { noise, wave } = channels[k];
    const at = 520 + 170 * i + shift;
    const height = size * Math.hypot(noise, (wave * noise) / Math.SQRT2) * (isDown ? -1 : 1);
    lines.push(`change c${k} + ${height.toFixed(4)} at ${at} × ${rows}`);
    expectations.push(
      `expect silence ${silentFrom}..${at - BEFORE}`,
      `expect event c${k} starts ${at + 4} ± 8`,
    );
    silentFrom = at + rows + AFTER;
  });
  if (gap) lines.push(`change c0 lost at 830 × 12`);
  expectations.push(`expect silence ${silentFrom}..${ROWS}`, `expect events ${faults.length}`);
  return [...lines, `train reference ${TRAIN_ROWS}`, ...expectations].join('\n');
}

describe('machines that nobody thought of', () => {
  it('are silent but for their faults, one event each', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(machine, (made) => {
        const text = scriptOf(made);
        const script = parseScript(text);
        expect({ text, found: complaints(script, play(script, made.seed)) }).toEqual({
          text,
          found: [],
        });
      }),
      { numRuns: RUNS, seed: 20_260_105 },
    );
  });
});
