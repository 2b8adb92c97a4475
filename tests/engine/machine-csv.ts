/** A recording of a machine as a CSV file. */
import { createRandom } from '../../shared/math/prng.ts';

export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2026, 0, 1);

/** A daily wave with noise and one fault of 40 rows from row 1500 on. */
export function machineCsv(rows: number, seed: number): string {
  const random = createRandom(seed);
  const lines = ['time,load (kW)'];
  for (let i = 0; i < rows; i++) {
    const wave = 10 + 2 * Math.sin((2 * Math.PI * i) / 24);
    const fault = i >= 1500 && i < 1540 ? 9 : 0;
    const stamp = new Date(START_MS + i * HOUR_MS).toISOString();
    lines.push(`${stamp},${(wave + fault + 0.1 * random.normal()).toFixed(4)}`);
  }
  return lines.join('\n');
}
