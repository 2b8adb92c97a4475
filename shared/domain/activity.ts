/** What a machine or a person is doing: labels that people paint, segments that are recognised. */

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
