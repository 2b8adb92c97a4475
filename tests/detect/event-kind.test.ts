import { describe, expect, it } from 'vitest';
import { tellCorrelation, tellKind, type Surroundings } from '../../shared/detect/event-kind.ts';
import type { EventKind } from '../../shared/domain/event.ts';
import { createRandom } from '../../shared/math/prng.ts';

const SEEDS = [1, 2, 3];

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
      const outside = kind === 'spike' || kind === 'level-shift' || kind === 'drift';
      expect([seed, tellKind(around(seed, fault, after), outside).kind]).toEqual([seed, kind]);
    }
  });

  it('is a gap where most rows have no value', () => {
    const { during, ...rest } = around(1, (x) => x);
    expect(tellKind({ ...rest, during: during.slice(0, 4), missing: 30 }, false).kind).toBe('gap');
  });

  it('says how much: medians, spreads, swings', () => {
    const shift = tellKind(
      around(1, (x) => x + 20),
      true,
    ).evidence;
    expect(shift.before).toBeCloseTo(50, 0);
    expect(Math.abs(shift.during - 70)).toBeLessThan(1);
    const fast = tellKind(
      around(1, (_, i) => 50 + 2 * Math.sin((2 * Math.PI * i) / 8)),
      false,
    );
    expect(fast.evidence.during).toBeCloseTo(1 / 8, 1);
  });

  it('is a spike with little before it and a value outside, else unusual', () => {
    const empty = new Float64Array(0);
    const during = Float64Array.of(5);
    const short = { before: empty, during, after: empty, missing: 0 };
    expect(tellKind(short, true).kind).toBe('spike');
    expect(tellKind(short, false).kind).toBe('unusual');
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
