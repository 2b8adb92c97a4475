/** An expected refusal, with a code for programs and one sentence for people. */
export type FailureCode =
  | 'bad-input'
  | 'bad-usage'
  | 'not-found'
  | 'refused'
  | 'cancelled'
  | 'conflict'
  | 'lost'
  | 'internal';

export class Failure extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}
