/** A way to tell alarms from scores, one score at a time. Its state is plain data. */
export interface Judge<State extends JudgeState = JudgeState> {
  readonly defaultParameter: number;
  /** The parameter's range, from hardly any alarms to many. */
  readonly strict: number;
  readonly lax: number;
  /** Alarms at most this many rows apart are one to whoever is told. */
  readonly mergeRows: number;
  /** `training`: scores of the rows known at the start, in order; may be empty. */
  begin(parameter: number, training: Float64Array): State;
  /** True for an alarm. Takes the score in; `state.threshold` is what the next one must reach. */
  judge(state: State, score: number): boolean;
}

export interface JudgeState {
  threshold: number;
}

/** Alarms of a plain threshold come row after row. */
export const BURST_ROWS = 20;
