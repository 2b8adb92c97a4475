/** An expected refusal, with a code for programs and one sentence for people. */
export type FailureCode =
  | 'bad-input'
  | 'bad-usage'
  | 'not-found'
  | 'refused'
  | 'cancelled'
  | 'conflict'
  | 'lost'
  /** Nothing can be stored now: a full disk, a locked file. It may pass. */
  | 'storage'
  | 'internal';

export class Failure extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}
