/** Results as tables for a terminal. */
import { flopsOf, type Shape } from './shapes.ts';
import type { Result } from './race.ts';

export function trainTable(
  shape: Shape,
  results: readonly Result[],
  peak: number,
): readonly (readonly string[])[] {
  const ours = fastest(results.filter(({ name }) => name.startsWith('offbeat wasm')));
  const head = ['train', 'ms', 'windows/s', 'GFLOP/s', '% of peak', 'as slow as ours', ''];
  return [
    head,
    ...results.map(({ name, note, ms }) => {
      const gflops = flopsOf(shape) / ms / 1e6;
      return [
        name,
        number(ms),
        number((1000 * shape.B) / ms),
        number(gflops),
        number((100 * gflops) / (peak * threadsOf(name))),
        `${number(ms / ours.ms)}×`,
        note,
      ];
    }),
  ];
}

export function stepTable(results: readonly Result[]): readonly (readonly string[])[] {
  const ours = results.find(({ name }) => name === 'offbeat wasm')!;
  return [
    ['live step', 'µs', 'as slow as ours', ''],
    ...results.map(({ name, note, ms }) => {
      return [name, number(1000 * ms), `${number(ms / ours.ms)}×`, note];
    }),
  ];
}

/** Each peer against ours of its kind, by the best of each. */
export function ratios(results: readonly Result[]): string {
  const best = (start: string): Result | null => {
    const found = results.filter(({ name }) => name.startsWith(start));
    return found.length > 0 ? fastest(found) : null;
  };
  const pairs = [
    ['pytorch', 'offbeat wasm'],
    ['tfjs-wasm', 'offbeat wasm'],
    ['tfjs-webgl', 'offbeat webgl'],
  ] as const;
  return pairs
    .flatMap(([theirs, ours]) => {
      const [peer, own] = [best(theirs), best(ours)];
      return peer && own ? [`${ours} is ${number(peer.ms / own.ms)}× as fast as ${theirs}`] : [];
    })
    .join('; ');
}

/** Largest relative difference from the first loss: all shall have done the same. */
export function lossSpread(results: readonly Result[]): number {
  const losses = results.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  return Math.max(...losses.map((loss) => Math.abs(loss / losses[0] - 1)));
}

export function fastest(results: readonly Result[]): Result {
  return results.reduce((best, result) => (result.ms < best.ms ? result : best));
}

export function threadsOf(name: string): number {
  return Number(/(\d+) threads/.exec(name)?.[1] ?? 1);
}

export function lines(table: readonly (readonly string[])[]): string {
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return table
    .map((row) =>
      row
        .map((cell, i) => {
          const isText = i === 0 || i === row.length - 1;
          return isText ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits that count. */
function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
