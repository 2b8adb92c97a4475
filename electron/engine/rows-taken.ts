/** How the rows of a recording lie in time, and what is missing in them. */

/** A step is uneven that differs from the usual one by more than this share of it. */
const UNEVEN_FROM = 0.1;

/** Rows are scored as they come, on no grid; a missing value is neither made up nor scored. */
export interface RowsTaken {
  readonly usualStepMs: number;
  /** Gaps are among them. */
  readonly unevenSteps: number;
  /** In the order of the channels. */
  readonly missing: readonly { readonly channel: string; readonly cells: number }[];
}

export class RowCount {
  private readonly channels: readonly string[];
  private readonly usualStepMs: number;
  private readonly cells: number[];
  private unevenSteps = 0;
  private before = NaN;

  constructor(channels: readonly string[], usualStepMs: number) {
    this.channels = channels;
    this.usualStepMs = usualStepMs;
    this.cells = channels.map(() => 0);
  }

  /** Rows in time order; NaN where a value is missing. */
  push(t: number, values: Float64Array): void {
    const off = Math.abs(t - this.before - this.usualStepMs);
    if (off > UNEVEN_FROM * this.usualStepMs) this.unevenSteps++;
    this.before = t;
    for (let k = 0; k < values.length; k++) if (Number.isNaN(values[k])) this.cells[k]++;
  }

  taken(): RowsTaken {
    const { usualStepMs, unevenSteps, channels, cells } = this;
    const missing = channels.map((channel, k) => ({ channel, cells: cells[k] }));
    return { usualStepMs, unevenSteps, missing };
  }
}
