/**
 * One recogniser at work on a stream that is being filled: stored rows → segments → store. The same
 * rows give the same segments, wherever it was stopped: its state is saved now and then with the
 * segments it stands behind, and rows since are read again.
 */
import { deserialize, serialize } from 'node:v8';
import { createClassifier } from '../../../shared/activity/classifier.ts';
import type { ClassifyOne } from '../../../shared/activity/live-recogniser.ts';
import { LiveSegments } from '../../../shared/activity/live-segments.ts';
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import type { Recogniser } from '../../../shared/activity/recogniser.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import type { SegmentCommit } from '../store/activity-store.ts';
import type { RibbonOrder } from './monitor-wire.ts';
import { SettledRows } from './settled-rows.ts';

const ROWS_PER_BATCH = 4096;
/** A restart reads at most about what came in so long again. */
const SAVE_MS = 5000;
/** Changes with what a live recogniser remembers. */
const FORMAT = 'offbeat-ribbon/4';

export interface RibbonHost {
  /** Gives the same bits on every machine. */
  readonly createBackend: () => Backend;
  rows(after: number, limit: number): Promise<SampleBatch>;
  commit(commit: SegmentCommit): Promise<void>;
  /** ms of a steady clock. */
  now(): number;
}

export class RibbonPipeline {
  private readonly order: RibbonOrder;
  private readonly host: RibbonHost;
  private readonly backend: Backend;
  private readonly live: LiveSegments;
  private readonly settled = new SettledRows();
  private after: number;
  private savedTo: number;
  private savedAt: number;

  constructor(order: RibbonOrder, host: RibbonHost) {
    this.order = order;
    this.host = host;
    const recogniser = loadRecogniser(order.checkpoint);
    this.backend = host.createBackend();
    this.live = new LiveSegments(recogniser, oneByOne(this.backend, recogniser), order.periodMs);
    const state = unpack(order.saved);
    if (state !== null) this.live.restore(state);
    this.after = (state !== null && order.readTo) || Number.MIN_SAFE_INTEGER;
    this.savedTo = this.after;
    this.savedAt = host.now();
  }

  /** Reads what may be read; answers ms until it should be asked again, null: when rows come. */
  async advance(): Promise<number | null> {
    for (;;) {
      const batch = await this.host.rows(this.after, ROWS_PER_BATCH);
      const rows = this.settled.count(batch, this.order.columns, this.host.now());
      for (let row = 0; row < rows; row++) this.push(batch, row);
      if (rows > 0) await this.commit(this.host.now() - this.savedAt >= SAVE_MS);
      if (rows < batch.t.length || rows === 0) break;
    }
    return this.settled.waitMs(this.host.now());
  }

  /** Saves what it knows. */
  async close(): Promise<void> {
    if (this.after !== this.savedTo) await this.commit(true);
    this.backend.dispose();
  }

  private push(batch: SampleBatch, row: number): void {
    const values = this.order.columns.map((column) => batch.columns[column][row]);
    this.live.push(batch.t[row], values);
    this.after = batch.t[row];
  }

  private async commit(withState: boolean): Promise<void> {
    const news = this.live.take();
    if (!news && !withState) return;
    const state = withState ? serialize({ format: FORMAT, state: this.live.state() }) : null;
    const { from, segments } = news ?? { from: Infinity, segments: [] };
    const at = Math.min(from, Number.MAX_SAFE_INTEGER);
    await this.host.commit({ from: at, segments, state, readTo: this.after });
    if (withState) [this.savedTo, this.savedAt] = [this.after, this.host.now()];
  }
}

/** null for nothing, and for bytes of another version: all is read again. */
function unpack(bytes: Uint8Array | null): unknown {
  if (!bytes || bytes.length === 0) return null;
  try {
    const { format, state } = deserialize(bytes) as { format: string; state: unknown };
    return format === FORMAT ? state : null;
  } catch {
    return null;
  }
}

/** One window at a time. */
export function oneByOne(backend: Backend, recogniser: Recogniser): ClassifyOne {
  const { spec, parameters, scale, expert } = recogniser;
  const classifier = createClassifier(backend, spec, parameters, scale, 1, expert);
  const valid = [new Uint8Array(spec.window).fill(1)];
  const place = [{ recording: 0, first: 0, label: -1 }];
  return (window) => {
    const features = { count: spec.network.inputs, recordings: [window], valid };
    return classifier.classify(features, place);
  };
}
