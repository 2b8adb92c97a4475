/** What crosses between the thread that scores live streams and the engine. */
import type { MonitorState } from '../../../shared/domain/feed-state.ts';
import type { DetectionMode, LearnOptions } from '../../../shared/domain/model.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { ClockOrder } from '../activity/asked-recogniser.ts';
import type { SegmentCommit } from '../store/activity-store.ts';
import type { MonitorCommit, ShapeCommit } from '../store/live-records.ts';
import type { ShapePipelineOrder } from './shape-pipeline.ts';

/** A model to be kept at work. */
export interface PipelineOrder {
  readonly modelId: number;
  readonly streamId: number;
  readonly options: LearnOptions;
  readonly mode: DetectionMode;
  readonly channels: readonly string[];
  /** Place of each channel among the columns of the stream. */
  readonly columns: readonly number[];
  readonly hasTime: boolean;
  /** Rows taken as normal; `from`: ms, no row before is looked at. */
  readonly trainRows: number;
  readonly from: number;
  /** null: it is not asked what goes on. */
  readonly clock: ClockOrder | null;
  /** What was saved last, and how far scores go beyond it; ms. */
  readonly saved: Uint8Array | null;
  readonly scoredTo: number | null;
}

/** A recogniser to be kept at work on a stream. */
export interface RibbonOrder {
  readonly streamId: number;
  readonly recogniserId: number;
  readonly checkpoint: Uint8Array;
  /** Place of each channel it reads among the columns of the stream. */
  readonly columns: readonly number[];
  readonly periodMs: number;
  /** What was saved last, and the row it stands behind, ms. */
  readonly saved: Uint8Array | null;
  readonly readTo: number | null;
}

export interface PipelineNews {
  readonly phase: MonitorState['phase'];
  readonly scoredTo: number | null;
  readonly detail: string;
}

/** Served by the engine, called by the thread. */
export interface MonitorWire {
  rows: (streamId: number, after: number, limit: number) => SampleBatch;
  /** Times, and what went on where the model was told. */
  scored: (modelId: number, after: number, limit: number) => SampleBatch;
  commit: (modelId: number, commit: MonitorCommit) => void;
  segments: (streamId: number, recogniserId: number, commit: SegmentCommit) => void;
  tell: (modelId: number, news: PipelineNews) => void;
  /** A recogniser could not go on. */
  failed: (streamId: number, detail: string) => void;
}

/** Served by the thread, called by the engine. */
export interface MonitorOrders {
  open: (order: PipelineOrder) => void;
  /** Resolves when the model has saved its state. */
  close: (modelId: number) => void;
  recognise: (order: RibbonOrder) => void;
  /** Resolves when the recogniser of the stream has saved its state. */
  rest: (streamId: number) => void;
  /** Rows of the stream were stored. */
  stored: (streamId: number) => void;
}

/** Served by the engine, called by the thread that watches for odd shapes. */
export interface ShapeWire {
  /** Rows that the model has scored. */
  rows: (modelId: number, streamId: number, after: number, limit: number) => SampleBatch;
  commit: (modelId: number, commit: ShapeCommit) => void;
  failed: (modelId: number, detail: string) => void;
}

/** Served by that thread, called by the engine. */
export interface ShapeOrders {
  open: (order: ShapePipelineOrder) => void;
  /** Resolves when the watch has saved its state. */
  close: (modelId: number) => void;
  /** Rows of the stream have scores. */
  scored: (streamId: number) => void;
}
