import { describe, expect, it } from 'vitest';
import {
  createDrift,
  followDrift,
  movedOf,
  proposeRetraining,
  type Drift,
} from '../../shared/detect/drift.ts';
import { createRandom } from '../../shared/math/prng.ts';

const random = createRandom(4);
const scores = (rows: number, scale: number): Float64Array =>
  Float64Array.from({ length: rows }, () => scale * Math.abs(random.normal()));

function follow(drift: Drift, values: Float64Array, from = 0): number {
  let d = 1;
  values.forEach((score, i) => (d = followDrift(drift, from + i, score)));
  return d;
}

describe('drift', () => {
  it('is near 1 for a machine that stays, and proposes nothing', () => {
    const drift = createDrift(scores(2000, 1));
    expect(Math.abs(follow(drift, scores(8000, 1)) - 1)).toBeLessThan(0.3);
    expect(movedOf(drift)).toBeNull();
  });

  it('tells how much the normal has grown, and proposes the new stretch once it lasted', () => {
    const drift = createDrift(scores(2000, 1));
    follow(drift, scores(3000, 1));
    const d = follow(drift, scores(4500, 2), 3000);
    expect(d).toBeGreaterThan(1.6);
    const proposal = proposeRetraining(movedOf(drift)!, 7500, [{ from: 0, to: 100 }])!;
    expect(proposal.range.from).toBeGreaterThan(3000);
    expect(proposal.range.from).toBeLessThan(5600);
    expect(proposal).toMatchObject({ range: { to: 7500 }, excluded: [] });
  });

  it('never makes confirmed incidents normal', () => {
    const drift = createDrift(scores(2000, 1));
    follow(drift, scores(5000, 3));
    const incident = { from: 4000, to: 4100 };
    expect(proposeRetraining(movedOf(drift)!, 5000, [incident])!.excluded).toEqual([incident]);
    expect(proposeRetraining(movedOf(drift)!, 5000, [{ from: 0, to: 5000 }])).toBeNull();
  });

  it('goes on from a stored state', () => {
    const drift = createDrift(scores(2000, 1));
    follow(drift, scores(1500, 1));
    const copy = structuredClone(drift);
    const rest = scores(3000, 2);
    expect(follow(copy, rest, 1500)).toBe(follow(drift, rest, 1500));
    expect(copy).toEqual(drift);
  });

  it('passes over rows without a score', () => {
    const drift = createDrift(Float64Array.of(NaN, 1, 1, 1));
    expect(follow(drift, new Float64Array(500).fill(NaN))).toBe(1);
    expect(drift.seen).toBe(0);
  });
});
