/** Small made-up scores and labels, always the same: the official scorers were asked them too. */
import { createRandom } from '../../../shared/math/prng.ts';
import type { NabFile } from '../../../shared/detect/evaluate/nab.ts';

const MINUTE_MS = 60_000;

export interface LabelledScores {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
}

/** Four segments of labels; scores that half know them, with ties. */
export function labelledScores(rows = 1500, seed = 5): LabelledScores {
  const random = createRandom(seed);
  const segments = [
    [100, 103],
    [400, 480],
    [560, 570],
    [1200, 1290],
  ];
  const labels = Float64Array.from({ length: rows }, (_, i) =>
    segments.some(([a, b]) => i >= a && i <= b) ? 1 : 0,
  );
  const scores = labels.map((label) => Math.round(100 * (random.normal() + 1.5 * label)) / 100);
  return { labels, scores };
}

/** Three files with windows; the second has a doubled time, the third a window in its probation. */
export function nabFiles(): NabFile[] {
  const random = createRandom(9);
  const windows = [
    [
      [300, 360],
      [700, 800],
    ],
    [[500, 560]],
    [
      [20, 40],
      [400, 430],
    ],
  ];
  return windows.map((spans, file) => {
    const rows = 900 - 100 * file;
    const t = Float64Array.from({ length: rows }, (_, i) => {
      return MINUTE_MS * (file === 1 && i === 300 ? 299 : i);
    });
    const scores = t.map(() => {
      const score = random.uniform();
      return score > 0.97 ? Math.round(1000 * score) / 1000 : 0;
    });
    return { t, scores, windows: spans.map(([a, b]) => [t[a], t[b]] as const) };
  });
}
