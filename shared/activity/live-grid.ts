/** `resample`, one row at a time: gives each sample of the grid as soon as it is known. */

/** Plain data. */
export interface LiveGrid {
  readonly stepMs: number;
  readonly gapMs: number;
  /** ms of the first sample; NaN before the first row. */
  start: number;
  /** Index of the next sample to give. */
  next: number;
  /** Last number of each channel and its time; NaN before the first. */
  readonly lastTime: Float64Array;
  readonly lastValue: Float64Array;
  /** Samples of each channel that are known, given or pending. */
  readonly filled: Float64Array;
  /** Samples from `next` on, NaN where missing or not known yet. */
  readonly pending: Float64Array[];
}

export function createLiveGrid(channels: number, stepMs: number, gapMs: number): LiveGrid {
  return {
    ...{ stepMs, gapMs, start: NaN, next: 0, pending: [] },
    lastTime: new Float64Array(channels).fill(NaN),
    lastValue: new Float64Array(channels).fill(NaN),
    filled: new Float64Array(channels),
  };
}

/** Takes a row in; t ascends. `give` gets samples in order; NaN where a channel has none. */
export function pushRow(
  grid: LiveGrid,
  t: number,
  values: ArrayLike<number>,
  give: (sample: Float64Array) => void,
): void {
  if (Number.isNaN(grid.start)) grid.start = t;
  for (let k = 0; k < values.length; k++) {
    if (!Number.isNaN(values[k])) fill(grid, k, t, values[k]);
    else if (!(t - grid.lastTime[k] <= grid.gapMs)) {
      // Whatever comes next lies across a gap.
      grid.filled[k] = Math.max(grid.filled[k], samplesBefore(grid, t));
    }
  }
  const known = Math.min(...grid.filled);
  while (grid.next < known) {
    give(grid.pending.shift() ?? new Float64Array(values.length).fill(NaN));
    grid.next++;
  }
}

/** Samples after the channel's last number, up to this one. */
function fill(grid: LiveGrid, k: number, t: number, value: number): void {
  const { start, stepMs, gapMs, lastTime, lastValue, filled } = grid;
  const end = Math.floor((t - start) / stepMs + 1e-6) + 1;
  for (let i = filled[k]; i < end; i++) {
    const time = start + i * stepMs;
    const span = t - lastTime[k];
    let sample = NaN;
    if (time === t) sample = value;
    else if (span <= gapMs) {
      sample = lastValue[k] + ((time - lastTime[k]) / span) * (value - lastValue[k]);
    }
    place(grid, i)[k] = sample;
  }
  filled[k] = Math.max(filled[k], end);
  lastTime[k] = t;
  lastValue[k] = value;
}

function samplesBefore({ start, stepMs }: LiveGrid, t: number): number {
  return Math.max(0, Math.ceil((t - start) / stepMs - 1e-6));
}

function place(grid: LiveGrid, index: number): Float64Array {
  while (grid.pending.length <= index - grid.next) {
    grid.pending.push(new Float64Array(grid.lastTime.length).fill(NaN));
  }
  return grid.pending[index - grid.next];
}
