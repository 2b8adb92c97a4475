import { describe, expect, it } from 'vitest';
import {
  rowsShown,
  tellCorrelation,
  tellKind,
  wentUp,
  type Seen,
  type Surroundings,
} from '../../shared/detect/event-kind.ts';
import type { EventKind } from '../../shared/domain/event.ts';
import { createRandom } from '../../shared/math/prng.ts';

const SEEDS = [1, 2, 3];
const NOTHING_OUTSIDE: Seen = { observed: 50, low: 40, high: 60 };
/** What an event of `values` looks like among ones around 50, of which 46..54 is expected. */
const ABOVE: Seen = { observed: 80, low: 46, high: 54 };
const BELOW: Seen = { observed: 20, low: 46, high: 54 };

/** A wave of period 24 with noise; `fault` bends it from row 300 to 360. */
function around(
  seed: number,
  fault: (x: number, i: number, noise: number) => number,
  after = (x: number): number => x,
): Surroundings {
  const random = createRandom(seed);
  const rows = Array.from({ length: 420 }, (_, i) => {
    const noise = random.normal();
    const x = 50 + 2 * Math.sin((2 * Math.PI * i) / 24) + 0.3 * noise;
    if (i < 300) return x;
    return i < 360 ? fault(x, i - 300, noise) : after(x);
  });
  return {
    before: Float64Array.from(rows.slice(0, 300)),
    during: Float64Array.from(rows.slice(300, 360)),
    after: Float64Array.from(rows.slice(360)),
    missing: 0,
    peak: 0,
  };
}

describe('the kind of an event', () => {
  const kinds: readonly [
    EventKind,
    (x: number, i: number, noise: number) => number,
    (x: number) => number,
  ][] = [
    ['spike', (x, i) => (i < 3 ? x + 30 : x), (x) => x],
    ['level-shift', (x) => x + 20, (x) => x + 20],
    ['drift', (x, i) => x + 0.5 * i, (x) => x + 30],
    ['variance', (x, _, noise) => x + 5 * noise, (x) => x],
    ['flat', () => 51, (x) => x],
    ['frequency', (_, i) => 50 + 2 * Math.sin((2 * Math.PI * i) / 8), (x) => x],
    ['unusual', (x) => x, (x) => x],
  ];

  it.each(kinds)('%s is told from the values around it', (kind, fault, after) => {
    for (const seed of SEEDS) {
      const isOutside = kind === 'spike' || kind === 'level-shift' || kind === 'drift';
      const seen = isOutside ? ABOVE : NOTHING_OUTSIDE;
      expect([seed, tellKind(around(seed, fault, after), seen).kind]).toEqual([seed, kind]);
    }
  });

  it('is a gap where most rows have no value', () => {
    const { during, ...rest } = around(1, (x) => x);
    expect(
      tellKind({ ...rest, during: during.slice(0, 4), missing: 30 }, NOTHING_OUTSIDE).kind,
    ).toBe('gap');
  });

  it('says how much: medians, spreads, swings', () => {
    const shift = tellKind(
      around(1, (x) => x + 20),
      ABOVE,
    ).evidence;
    expect(shift.before).toBeCloseTo(50, 0);
    expect(Math.abs(shift.during - 70)).toBeLessThan(1);
    const fast = tellKind(
      around(1, (_, i) => 50 + 2 * Math.sin((2 * Math.PI * i) / 8)),
      NOTHING_OUTSIDE,
    );
    expect(fast.evidence.during).toBeCloseTo(1 / 8, 1);
  });

  it('is a spike with little before it and a value outside, else unusual', () => {
    const empty = new Float64Array(0);
    const during = Float64Array.of(5);
    const short = { before: empty, during, after: empty, missing: 0, peak: 0 };
    expect(tellKind(short, { observed: 5, low: 0, high: 1 }).kind).toBe('spike');
    expect(tellKind(short, NOTHING_OUTSIDE).kind).toBe('unusual');
  });

  it.each(SEEDS)('is a spike, with what was reached, when it decays', (seed) => {
    const decaying = around(seed, (x, i) => x + 200 * Math.exp(-i / 8));
    const told = tellKind(decaying, ABOVE);
    expect(told.kind).toBe('spike');
    expect(told.reached).toBeGreaterThan(240);
    const bursts = around(seed, (x, i) => (i % 10 < 4 ? x + 50 : x + 1));
    expect(tellKind(bursts, ABOVE).kind).toBe('spike');
  });

  it.each(SEEDS)('is a level shift below the expected, however wide the wander before', (seed) => {
    const { before, ...rest } = around(seed, (_, __, noise) => 20 + 0.2 * noise);
    const wander = before.map((x, i) => x + 20 * Math.sin((2 * Math.PI * i) / 300));
    expect(tellKind({ ...rest, before: wander }, BELOW).kind).toBe('level-shift');
  });

  it('is no change of spread where only the wander before was wide', () => {
    const { before, ...rest } = around(1, (x) => x);
    const wander = before.map((x, i) => x + (i - 300) / 10);
    expect(tellKind({ ...rest, before: wander }, NOTHING_OUTSIDE).kind).toBe('unusual');
  });

  it('goes up or down as its farthest value does, and is shown until the last far one', () => {
    const up = around(1, (x, i) => (i === 3 ? x + 40 : i < 10 ? x - 9 : x));
    expect(wentUp(up)).toBe(true);
    expect(wentUp(around(1, (x, i) => (i === 3 ? x - 40 : x)))).toBe(false);
    expect(rowsShown(around(1, (x, i) => (i === 3 ? x - 40 : x)))).toBe(4);
    expect(rowsShown({ ...around(1, (x, i) => (i === 3 ? x - 40 : x)), peak: 8 })).toBe(9);
    expect(rowsShown(around(1, (x) => x))).toBe(60);
  });
});

describe('a broken correlation', () => {
  const own = around(1, (x) => x);
  const follower = around(2, (x) => x);
  const loner = around(3, (_x, i) => 50 + 2 * Math.cos((2 * Math.PI * i) / 24));

  it('names the channel that was followed', () => {
    const told = tellCorrelation(own, [
      { name: 'flow', around: follower },
      { name: 'current', around: loner },
    ]);
    expect(told).toMatchObject({ kind: 'correlation', evidence: { partner: 'current' } });
    expect(Math.abs(told!.evidence.during)).toBeLessThan(told!.evidence.before / 2);
  });

  it('is none where the channels go on together', () => {
    expect(tellCorrelation(own, [{ name: 'flow', around: follower }])).toBeNull();
    expect(tellCorrelation(own, [])).toBeNull();
  });
});
