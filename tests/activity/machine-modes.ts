/** A machine with three modes, made up: what its rows look like and what it did when. */
import type { NewLabel } from '../../shared/domain/activity.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';

export const MODES = ['idle', 'ramp', 'run'] as const;
export const MODE_STEP_MS = 100;
export const MODE_START_MS = Date.UTC(2026, 0, 5, 8);
export const MODE_CHANNELS = [
  { name: 'speed', unit: 'Hz' },
  { name: 'vibration', unit: 'mm/s' },
];

/** Modes one after the other, each of so many rows: level, wobble and its period differ. */
export function modeRows(
  modes: readonly (readonly [mode: number, rows: number])[],
  seed: number,
): SampleBatch {
  const random = createRandom(seed);
  const worn = 1 + 0.03 * random.normal();
  const rows = modes.flatMap(([mode, count]) =>
    Array.from({ length: count }, (_, i) => {
      const speed = [0.2, 0.2 + (1.6 * i) / count, 1.8][mode];
      const wobble = [0.05, 0.3, 0.6][mode] * Math.sin(i / [9, 3, 1.3][mode]);
      return [worn * speed + 0.05 * random.normal(), wobble + 0.1 * random.normal()];
    }),
  );
  return {
    t: Float64Array.from(rows, (_, i) => MODE_START_MS + i * MODE_STEP_MS),
    columns: [0, 1].map((k) => Float64Array.from(rows, (row) => row[k])),
  };
}

export function modeLabels(
  modes: readonly (readonly [mode: number, rows: number])[],
  author = 'ann',
): NewLabel[] {
  let start = MODE_START_MS;
  return modes.map(([mode, count]) => {
    const end = start + count * MODE_STEP_MS;
    const label = {
      kind: 'activity',
      activity: MODES[mode],
      start,
      end,
      author,
      note: '',
    } as const;
    start = end;
    return label;
  });
}
