/** The threshold that verdicts speak for keeps what was confirmed and drops what was dismissed. */
import { describe, expect, it } from 'vitest';
import { thresholdByVerdicts } from '../../electron/engine/models/threshold-by-verdicts.ts';
import { thresholdEffect } from '../../electron/engine/models/threshold-effect.ts';
import type { KeptEvent } from '../../shared/domain/kept-event.ts';

/** Rows without anything, but for three events whose peaks are 6, 4 and 3. */
const PEAKS = { 100: 6, 200: 4, 300: 3 } as const;
const t = Float64Array.from({ length: 400 }, (_, i) => i);
const scores = t.map((time) => PEAKS[time as keyof typeof PEAKS] ?? 0.5);

function tryAll(verdicts: readonly KeptEvent['triage']['verdict'][]) {
  const past = Object.entries(PEAKS).map(([time, peakScore], i) => ({
    ...{
      id: i,
      start: Number(time),
      end: Number(time),
      peakScore,
      triage: { verdict: verdicts[i] },
    },
  })) as unknown as KeptEvent[];
  const parameters = Array.from({ length: 70 }, (_, i) => 8 - i / 10);
  return parameters.map((parameter) =>
    thresholdEffect({ method: 'fixed', parameter }, { t, scores }, past, 1000),
  );
}

describe('of the thresholds tried, that is chosen', () => {
  it('which parts the confirmed from the dismissed, in the middle between both', () => {
    const { parameter } = thresholdByVerdicts(tryAll(['confirmed', 'confirmed', 'dismissed']))!;
    expect(parameter).toBeGreaterThan(3);
    expect(parameter).toBeLessThanOrEqual(4);
    expect(parameter).toBeCloseTo(3.5, 0);
  });

  it('which misses nothing that was confirmed, whatever else it keeps', () => {
    const { parameter } = thresholdByVerdicts(tryAll(['dismissed', 'dismissed', 'confirmed']))!;
    expect(parameter).toBeLessThanOrEqual(3);
    expect(parameter).toBeGreaterThan(1);
  });

  it('none, where nothing was tried', () => {
    expect(thresholdByVerdicts([])).toBeNull();
  });
});
