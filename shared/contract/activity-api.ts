/** The part of the contract about activities: labels, recognisers, segments. */
import type {
  ActivityClass,
  ActivityStatistics,
  ActivityTable,
  CorrectedSegment,
  DoubtfulStretch,
  KeptSegment,
  Label,
  LabelChange,
  LabelFile,
  LabelFileChoices,
  LabelFilePreview,
  LabelFormat,
  NewLabel,
  ProposedSegment,
  SegmentCorrection,
} from '../domain/activity.ts';
import type { JobState } from '../domain/job.ts';
import type {
  RecogniserCard,
  RecogniserEvaluation,
  RecogniserOptions,
} from '../domain/recogniser.ts';
import type { TimeRange } from '../domain/stream.ts';

export interface ActivityApi {
  /** By their start. */
  'label.list': (streamId: number) => readonly Label[];
  /** The same label on each of the streams. Refused in words where it cannot stand. */
  'label.add': (streamIds: readonly number[], label: NewLabel) => readonly Label[];
  /** Several labels in one step; all of them or none. */
  'label.addAll': (streamId: number, labels: readonly NewLabel[]) => readonly Label[];
  'label.change': (labelId: number, change: Partial<NewLabel>) => Label;
  'label.remove': (labelIds: readonly number[]) => void;
  /**
   * Takes back the last step that touched the stream's labels, and what it did to segments; nothing
   * when there is none.
   */
  'label.undo': (streamId: number) => readonly LabelChange[];
  'label.redo': (streamId: number) => readonly LabelChange[];
  /** What would come of an uploaded file, and what of it would be refused; nothing is kept. */
  'label.preview': (
    streamId: number,
    uploadId: string,
    choices: LabelFileChoices,
  ) => LabelFilePreview;
  /** All labels of an uploaded file, or none, unless the choices leave out what is refused. */
  'label.import': (
    streamId: number,
    uploadId: string,
    choices: LabelFileChoices,
  ) => readonly Label[];
  'label.export': (streamId: number, format: LabelFormat) => LabelFile;

  /** Every activity that was ever labelled, with its colour. */
  'activity.classes': () => readonly ActivityClass[];
  'activity.colour': (name: string, colour: number) => void;
  /** Of the whole recording when the range is null. */
  'activity.statistics': (streamId: number, range: TimeRange | null) => ActivityStatistics;
  /** A part of them as CSV, of the whole recording. */
  'activity.export': (streamId: number, table: ActivityTable) => LabelFile;
  /** Where a label would teach the active recogniser most, worst first. */
  'activity.worthLabelling': (streamId: number, count: number) => readonly DoubtfulStretch[];
  /** Unnamed segments to name, by change points and likeness. */
  'activity.proposals': (streamId: number) => readonly ProposedSegment[];

  'recogniser.train': (options: RecogniserOptions) => JobState;
  'recogniser.list': () => readonly RecogniserCard[];
  /** The one at work on the stream. */
  'recogniser.active': (streamId: number) => RecogniserCard | null;
  /** Recognises all that is stored, and from then on what comes. */
  'recogniser.activate': (recogniserId: number, streamId: number) => JobState;
  /** Ends its work on the stream; the segments go. */
  'recogniser.rest': (streamId: number) => void;
  'recogniser.remove': (recogniserId: number) => void;
  /** Against the labels of a stream. */
  'recogniser.evaluate': (recogniserId: number, streamId: number) => RecogniserEvaluation;

  /** Of the active recogniser, by their start; those that reach into the range. */
  'segment.list': (streamId: number, range: TimeRange) => readonly KeptSegment[];
  'segment.change': (segmentId: number, correction: SegmentCorrection) => CorrectedSegment;
}

export interface ActivityApiEvents {
  /** Labels of the stream, or the colours of activities. */
  'label.changed': { readonly streamId: number };
  /** The list of recognisers, or which is at work where. */
  'recogniser.changed': null;
  'segment.changed': { readonly streamId: number };
}
