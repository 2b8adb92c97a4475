/**
 * Sine and cosine of the time of day and of the week, two harmonics each: eight inputs. A pair
 * stays zero until the history covers nearly two of its periods, since less teaches nothing.
 */
export const TIME_FEATURES = 8;

const DAY_MS = 86_400_000;
const PERIODS_MS = [DAY_MS, 7 * DAY_MS];
const PERIODS_SEEN_MIN = 1.9;

/** Writes the features of time t (ms) into out at offset. */
export function writeTimeFeatures(
  t: number,
  historyMs: number,
  out: Float64Array,
  offset: number,
): void {
  PERIODS_MS.forEach((period, i) => {
    const seen = historyMs >= PERIODS_SEEN_MIN * period;
    for (let harmonic = 1; harmonic <= 2; harmonic++) {
      const angle = (2 * Math.PI * harmonic * (t % period)) / period;
      const at = offset + i * 4 + (harmonic - 1) * 2;
      out[at] = seen ? Math.sin(angle) : 0;
      out[at + 1] = seen ? Math.cos(angle) : 0;
    }
  });
}
