/** A plain fact about a stretch of rows, which needs no model. */
export type MarkKind = 'flat' | 'missing' | 'gap' | 'clock-jump' | 'level-shift' | 'shape';

export interface Mark {
  readonly kind: MarkKind;
  /** Empty where it is about all of them. */
  readonly channel: string;
  /** ms. */
  readonly start: number;
  readonly end: number;
}
