/**
 * Trouble with the data themselves, told apart from anomalies: nothing of it is scored. And what a
 * machine did in an order, or for a time, that its labels never show.
 */

export type DataProblemKind =
  /** Rows are missing: a step much longer than the usual one. */
  | 'gap'
  /** Nothing has come for long, and nothing does yet. */
  | 'stale'
  /** A channel that used to move shows the same value again and again. */
  | 'flat'
  /** Values beyond the limits given for the channel. */
  | 'range'
  /** The clock of the device jumped against ours. */
  | 'clock'
  /** The clock of the device runs faster or slower than ours. */
  | 'drift'
  /** Rows came after newer ones were scored; they are kept and not scored. */
  | 'late'
  /** Rows brought values for times that had some already; the later stand. */
  | 'duplicate'
  /** The source could not wait, and pieces were lost. */
  | 'dropped'
  /** What came could not be read; it is set aside. */
  | 'unreadable'
  /** The source was lost, and whether it came back. */
  | 'source'
  /** Nothing could be stored: disk full, file locked. */
  | 'storage'
  /** A model could not go on. */
  | 'model'
  /** Scores have long been higher than those of training: perhaps the normal has moved. */
  | 'moved'
  /** A channel took a shape that it never took before; the model's score does not see it. */
  | 'shape'
  /** An activity followed one that it never followed in the labels. */
  | 'order'
  /** An activity took longer, or less, than it ever did in the labels. */
  | 'dwell';

export interface DataProblem {
  readonly kind: DataProblemKind;
  /** Channel name; empty where it concerns all. */
  readonly channel: string;
  /** ms. */
  readonly start: number;
  readonly end: number;
  /**
   * What was found: ms for gap, stale, clock, drift (per hour) and dwell; the value for flat; the
   * farthest value for range; how many for late, duplicate, dropped and unreadable; how many times
   * their usual height scores have for moved; how unlike the past for shape, 0–2; 0 else.
   */
  readonly found: number;
  /**
   * What was expected: the usual step in ms, the limit that was passed, ms of the longest or
   * shortest bout that was labelled; for moved, confirmed incidents to leave out when learning
   * again; for shape, how unlike a window ever was before; 0 where nothing was.
   */
  readonly expected: number;
  /** What the system or the source said of it; the activity, or "before → after"; or empty. */
  readonly detail: string;
}
