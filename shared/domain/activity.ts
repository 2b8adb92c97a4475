/** What a machine or a person is doing: labels that people paint, segments that are recognised. */
import type { TimeRange } from './stream.ts';

/** `activity` names what went on; the others say how detection shall take the stretch. */
export type LabelKind = 'activity' | 'anomaly' | 'normal' | 'ignore' | 'maintenance';

export interface NewLabel {
  readonly kind: LabelKind;
  /** The activity's name; empty for other kinds. */
  readonly activity: string;
  /** ms, inclusive. */
  readonly start: number;
  /** ms, exclusive. */
  readonly end: number;
  readonly author: string;
  readonly note: string;
}

export interface Label extends NewLabel {
  readonly id: number;
  readonly streamId: number;
}

/** A class of activity with its place in the palette. */
export interface ActivityClass {
  readonly name: string;
  /** Index into the palette of activities. */
  readonly colour: number;
}

/** A recognised stretch. Segments of a stream follow each other and do not overlap. */
export interface ActivitySegment {
  /** ms, inclusive. */
  readonly start: number;
  /** ms, exclusive. */
  readonly end: number;
  /** null: behaviour that is none of the known activities. */
  readonly activity: string | null;
  /** Mean probability of the activity over the stretch, 0..1. */
  readonly confidence: number;
}

export const LABEL_FORMATS = ['csv', 'hapt', 'label-studio', 'elan'] as const;
export type LabelFormat = (typeof LABEL_FORMATS)[number];

/** How a file of labels is to be read. */
export interface LabelFileChoices {
  /** Guessed from the text when absent. */
  readonly format?: LabelFormat;
  readonly author: string;
  /** Names of numbered classes, from 1 (HAPT). */
  readonly names?: readonly string[];
  /** Only lines of this experiment (HAPT). */
  readonly experiment?: number;
  /** Take what can stand and leave out what cannot; else it is all of the file or nothing. */
  readonly leaveOut?: boolean;
}

/** What is wrong with a place of a file of labels; the words for it are the shell's. */
export type LabelFault =
  | { readonly code: 'too-few-fields'; readonly count: number }
  | { readonly code: 'no-time'; readonly text: string }
  | { readonly code: 'one-time'; readonly text: string }
  | { readonly code: 'no-hapt'; readonly text: string }
  | { readonly code: 'no-json'; readonly text: string };

/** Why a label cannot stand. */
export type LabelRefusal =
  | { readonly code: 'ends-early' }
  | { readonly code: 'no-name' }
  /** data null: there is no row. */
  | { readonly code: 'outside'; readonly data: TimeRange | null }
  | { readonly code: 'overlap'; readonly other: NewLabel };

/** A place of a file, line or of JSON the label, from 1, that could not be read or cannot stand. */
export type RefusedLabel =
  | { readonly place: number; readonly fault: LabelFault }
  | { readonly place: number; readonly label: NewLabel; readonly refusal: LabelRefusal };

/** What would come of a file of labels. */
export interface LabelFilePreview {
  readonly format: LabelFormat;
  /** Labels that can stand, by activity or kind, the longest in all first. */
  readonly fitting: readonly {
    readonly name: string;
    readonly count: number;
    readonly totalMs: number;
  }[];
  readonly fittingCount: number;
  /** The first of them. */
  readonly refused: readonly RefusedLabel[];
  readonly refusedCount: number;
}

export interface LabelFile {
  readonly fileName: string;
  readonly text: string;
}

/** What a step did to one label; null: there was none, or there is none any more. */
export interface LabelChange {
  readonly before: Label | null;
  readonly after: Label | null;
}

/** A segment as it is kept, of one recogniser on one stream. */
export interface KeptSegment extends ActivitySegment {
  readonly id: number;
  readonly streamId: number;
  readonly recogniserId: number;
  /** A person corrected it; the recogniser does not change it again. */
  readonly isEdited: boolean;
}

/** What a person says a segment really was, and from when to when; what is left out stays. */
export interface SegmentCorrection {
  readonly activity?: string;
  /** ms */
  readonly start?: number;
  readonly end?: number;
  readonly author: string;
}

/** A corrected segment is a label from then on. */
export interface CorrectedSegment {
  readonly segment: KeptSegment;
  readonly label: Label;
}

export interface DayOfActivity {
  /** ms, midnight UTC. */
  readonly day: number;
  /** ms by activity; '' is unknown behaviour. */
  readonly time: Readonly<Record<string, number>>;
}

export interface Bouts {
  /** '' is unknown behaviour. */
  readonly activity: string;
  readonly count: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly longestMs: number;
}

export interface Transitions {
  readonly activities: readonly string[];
  /** [from][to]: how often. */
  readonly counts: readonly (readonly number[])[];
}

/** Time spent in activities: by day, in bouts, and from one to the next. */
export interface ActivityStatistics {
  /** What is counted: segments of the active recogniser, or labels where none is at work. */
  readonly source: 'segments' | 'labels';
  readonly days: readonly DayOfActivity[];
  /** Longest in all first. */
  readonly bouts: readonly Bouts[];
  readonly transitions: Transitions;
}

export const ACTIVITY_TABLES = ['days', 'bouts', 'transitions'] as const;
/** A part of the statistics as a table of its own. */
export type ActivityTable = (typeof ACTIVITY_TABLES)[number];

/** What labels show of the order of activities and of how long they take. */
export interface ActivityRules {
  /** Of the activities whose end was seen often enough. */
  readonly followers: readonly {
    readonly activity: string;
    readonly followers: readonly string[];
  }[];
  /** Of the activities that were seen whole often enough, ms. */
  readonly lengths: readonly {
    readonly activity: string;
    readonly shortestMs: number;
    readonly longestMs: number;
  }[];
}

/** A stretch that a label would teach most about. */
export interface DoubtfulStretch {
  /** ms */
  readonly start: number;
  readonly end: number;
  /** Mean difference between the two best classes' probabilities, 0..1; small is doubtful. */
  readonly margin: number;
}

/** A stretch that looks like others of its group, for a person to name. */
export interface ProposedSegment {
  /** ms */
  readonly start: number;
  readonly end: number;
  /** Groups count from 0, the longest in all first. */
  readonly group: number;
}
