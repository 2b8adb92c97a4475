/** The part of the contract about models, what they expected, and thresholds over the past. */
import type { Expectation } from '../domain/expectation.ts';
import type { LaneLayout } from '../domain/lane-layout.ts';
import type { JobState } from '../domain/job.ts';
import type { KeptModel, ModelFormat } from '../domain/model.ts';
import type { ReportFile } from '../domain/report.ts';
import type { ThresholdCurve, ThresholdSpec, ThresholdTrial } from '../domain/threshold.ts';

export interface ModelApi {
  /** Learnt models of a stream, the newest first. */
  'model.list': (streamId: number) => readonly KeptModel[];
  /** From now on this one speaks for its stream; the one before rests and can be taken back. */
  'model.activate': (modelId: number) => void;
  'model.export': (modelId: number, format: ModelFormat) => ReportFile;
  /** What the active model would have forecast from the rows before an event on, left alone. */
  'event.expected': (streamId: number, eventStart: number) => Expectation;
  /** What a threshold would have meant for all stored scores; changes nothing. */
  'threshold.try': (streamId: number, spec: ThresholdSpec) => ThresholdTrial;
  /**
   * Makes a model that differs from the active one by its threshold alone: the same weights, scores
   * and verdicts, other events. `model.activate` of the former one takes it back.
   */
  'threshold.apply': (streamId: number, spec: ThresholdSpec) => JobState;
  /** The parameter that keeps what was confirmed, and of false alarms and new ones the fewest. */
  'threshold.byVerdicts': (streamId: number, method: ThresholdSpec['method']) => ThresholdSpec;
  /** Alarms a day over the parameter of the same method. */
  'threshold.curve': (streamId: number, method: ThresholdSpec['method']) => ThresholdCurve;
  'layout.get': (streamId: number) => LaneLayout;
  'layout.set': (streamId: number, layout: LaneLayout) => void;
}
