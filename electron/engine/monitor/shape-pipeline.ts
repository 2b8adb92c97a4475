/**
 * The watch for odd shapes that goes with a model: rows that were scored → shapes → store. It comes
 * behind the scores and never before them, so that they do not wait for it. The same rows give the
 * same marks, wherever it was stopped: its state is saved now and then, rows since are read again,
 * and a mark that is found again is the same mark.
 */
import { deserialize, serialize } from 'node:v8';
import {
  ShapeWatch,
  type ShapeFound,
  type ShapeOrder,
} from '../../../shared/detect/shape-watch.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import type { ShapeCommit } from '../store/live-records.ts';

/** A second's work at most, for as many channels as are ever watched at once. */
const ROWS_PER_BATCH = 512;
/** Saving takes at most this share of the time. */
const SAVE_SHARE = 0.02;
const SAVE_MS_MIN = 10_000;
/** Changes with what a watch remembers. */
const FORMAT = 'offbeat-shapes/1';

export interface ShapePipelineOrder extends ShapeOrder {
  readonly modelId: number;
  readonly streamId: number;
  /** Place of each channel among the columns of the stream. */
  readonly columns: readonly number[];
  /** First row taken as normal, ms. */
  readonly from: number;
  readonly saved: { readonly state: Uint8Array; readonly savedTo: number } | null;
}

export interface ShapeHost {
  /** Rows that were scored, with t > after, at most limit. */
  rows(after: number, limit: number): Promise<SampleBatch>;
  commit(commit: ShapeCommit): Promise<void>;
  /** ms of a steady clock. */
  now(): number;
}

/** null: nothing is to be watched. */
export function shapeOrder(
  card: Pick<ModelCard, 'channels' | 'trainRange' | 'trainRows' | 'shapes'>,
  { id: streamId, channels }: StreamInfo,
  modelId: number,
  saved: ShapePipelineOrder['saved'],
): ShapePipelineOrder | null {
  if (card.shapes === undefined) return null;
  return {
    ...{ modelId, streamId, channels: card.channels, trainRows: card.trainRows, saved },
    ...{ channelsMax: card.shapes, from: card.trainRange.from },
    columns: card.channels.map((name) => channels.findIndex((channel) => channel.name === name)),
  };
}

export class ShapePipeline {
  private readonly order: ShapePipelineOrder;
  private readonly host: ShapeHost;
  private readonly watch: ShapeWatch;
  /** Not stored yet. */
  private found: readonly ShapeFound[] = [];
  private after: number;
  private savedTo: number;
  private savedAt: number;
  private saveMs = SAVE_MS_MIN;

  constructor(order: ShapePipelineOrder, host: ShapeHost) {
    this.order = order;
    this.host = host;
    this.watch = new ShapeWatch(order);
    const state = order.saved && unpack(order.saved.state);
    if (state) this.watch.restore(state);
    this.after = state ? order.saved!.savedTo : order.from - 1;
    this.savedTo = this.after;
    this.savedAt = host.now();
  }

  /** Looks at the rows there are; `isStopping`: asked between batches; `tell`: rows so far. */
  async advance(isStopping: () => boolean, tell?: (rows: number) => void): Promise<void> {
    while (!isStopping()) {
      const { t, columns } = await this.host.rows(this.after, ROWS_PER_BATCH);
      if (t.length === 0) break;
      const values = new Float64Array(this.order.columns.length);
      for (let row = 0; row < t.length; row++) {
        this.order.columns.forEach((column, k) => (values[k] = columns[column][row]));
        this.watch.push(t[row], values);
      }
      this.after = t[t.length - 1];
      await this.commit(this.host.now() - this.savedAt >= this.saveMs);
      tell?.(this.watch.rows);
    }
  }

  /** Saves what it knows. */
  async close(): Promise<void> {
    if (this.after !== this.savedTo) await this.commit(true);
  }

  /** Ends the data, of a stream that is not filled. */
  async finish(): Promise<void> {
    const found = this.watch.finish();
    await this.host.commit({ found, state: null, savedTo: this.after });
  }

  private async commit(withState: boolean): Promise<void> {
    const found = [...this.found, ...this.watch.take()];
    this.found = found;
    if (found.length === 0 && !withState) return;
    const started = this.host.now();
    const state = withState ? serialize({ format: FORMAT, state: this.watch.state() }) : null;
    await this.host.commit({ found, state, savedTo: this.after });
    this.found = [];
    if (!withState) return;
    const now = this.host.now();
    this.saveMs = Math.max(SAVE_MS_MIN, (now - started) / SAVE_SHARE);
    [this.savedTo, this.savedAt] = [this.after, now];
  }
}

/** null for bytes of another version: all rows are read again. */
function unpack(bytes: Uint8Array): unknown {
  try {
    const { format, state } = deserialize(bytes) as { format: string; state: unknown };
    return format === FORMAT ? state : null;
  } catch {
    return null;
  }
}
