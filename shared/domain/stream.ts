/** The nouns of recorded data. Times are integer milliseconds since the Unix epoch, UTC. */

/** One recorded channel of a stream. */
export interface Channel {
  readonly name: string;
  /** As written in the source, e.g. "bar"; empty when unknown. */
  readonly unit: string;
}

/** n rows of d channels, column by column. NaN marks a missing value; it is never scored. */
export interface SampleBatch {
  /** n times, ms. Ascending when read from the store; as they came when written to it. */
  readonly t: Float64Array;
  /** d columns of n values each. */
  readonly columns: readonly Float64Array[];
}

export interface TimeRange {
  /** ms, inclusive. */
  readonly from: number;
  /** ms, inclusive. */
  readonly to: number;
}

export interface StreamInfo {
  readonly id: number;
  readonly name: string;
  readonly channels: readonly Channel[];
  readonly rows: number;
  /** null while the stream holds no row. */
  readonly range: TimeRange | null;
  /** Median step between rows, ms. */
  readonly periodMs: number;
  /** False when the source had no time column: times are row number × period. */
  readonly hasTime: boolean;
  readonly quarantined: number;
  readonly duplicates: number;
  /** Rows that stepped back in time. */
  readonly backward: number;
  /** Steps longer than three periods. */
  readonly gaps: number;
}

/** A row set aside because it could not be read, with the reason in words. */
export interface QuarantinedRow {
  /** 1-based line in the source file. */
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** A decimated view of some columns: at most `pointsMax` buckets, drawn as min–max with a mean. */
export interface ColumnView {
  readonly names: readonly string[];
  /** Bucket times, ms, ascending. */
  readonly t: Float64Array;
  readonly min: readonly Float64Array[];
  readonly max: readonly Float64Array[];
  readonly mean: readonly Float64Array[];
  /** True when every point is one stored row (min, max and mean are then the same arrays). */
  readonly raw: boolean;
  /** Width of a bucket, ms; the stream's period when raw. */
  readonly bucketMs: number;
}
