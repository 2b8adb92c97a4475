/** What the store answers about activities; part of the interfaces in store-api.ts. */
import type {
  ActivityClass,
  ActivitySegment,
  CorrectedSegment,
  KeptSegment,
  Label,
  LabelChange,
  NewLabel,
  SegmentCorrection,
} from '../../../shared/domain/activity.ts';
import type { RecogniserCard, RecogniserOptions } from '../../../shared/domain/recogniser.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';

/** What is to be done to labels; all of it is one step. */
export interface LabelEdit {
  readonly add?: readonly { readonly streamId: number; readonly label: NewLabel }[];
  readonly change?: { readonly id: number; readonly change: Partial<NewLabel> };
  readonly remove?: readonly number[];
}

/** A training that was begun and has not ended. */
export interface RecogniserRecord {
  readonly id: number;
  readonly options: RecogniserOptions;
}

/** A recogniser at work on a stream. */
export interface RecognisedStream {
  readonly streamId: number;
  readonly recogniserId: number;
  /** Rows up to here were read, ms; null: none was. */
  readonly readTo: number | null;
}

/** Segments with, now and then, the state they come from: all or nothing. */
export interface SegmentCommit {
  /** ms; what was found from here on is replaced, but for what people corrected. */
  readonly from: number;
  readonly segments: readonly ActivitySegment[];
  /** The state after the row at `readTo`; null: rows since the last one are read again. */
  readonly state: Uint8Array | null;
  readonly readTo: number;
}

export interface ActivityWrites {
  /** Throws Failure bad-input in words where a label cannot stand; nothing is done then. */
  'label.edit': (edit: LabelEdit) => readonly LabelChange[];
  /** Throws Failure conflict when labels were changed since. */
  'label.undo': (streamId: number) => readonly LabelChange[];
  'label.redo': (streamId: number) => readonly LabelChange[];
  'class.colour': (name: string, colour: number) => void;
  /** Under construction, invisible until published. */
  'recogniser.create': (options: RecogniserOptions) => number;
  'recogniser.publish': (card: RecogniserCard, checkpoint: Uint8Array) => void;
  'recogniser.purge': (recogniserId: number) => void;
  /** The one at work on the stream from now on, with nothing read yet; null: none. */
  'recogniser.activate': (recogniserId: number | null, streamId: number) => void;
  /** Nothing is stored when another one is at work by now. */
  'segment.commit': (streamId: number, recogniserId: number, commit: SegmentCommit) => void;
  'segment.correct': (segmentId: number, correction: SegmentCorrection) => CorrectedSegment;
}

export interface ActivityReads {
  /** By their start. */
  'label.list': (streamId: number) => readonly Label[];
  'class.list': () => readonly ActivityClass[];
  'recogniser.list': () => readonly RecogniserCard[];
  /** Failure not-found when absent. */
  'recogniser.get': (recogniserId: number) => RecogniserCard;
  'recogniser.checkpoint': (recogniserId: number) => Uint8Array;
  'recogniser.unfinished': () => readonly RecogniserRecord[];
  /** The one at work on the stream. */
  'recogniser.active': (streamId: number) => RecogniserCard | null;
  'recogniser.atWork': () => readonly RecognisedStream[];
  'recogniser.state': (streamId: number) => Uint8Array | null;
  /** Of the active recogniser, by their start; those that reach into the range. */
  'segment.list': (streamId: number, range: TimeRange) => readonly KeptSegment[];
}
