/** Long work with progress: imports, trainings, the demo machine. */
import type { BundleReport, Provenance } from './bundle.ts';
import type { BackendChoice, LossPoint, TrainingNote } from './model.ts';
import type { ReportFile } from './report.ts';

/** `recognise`: learning to tell activities apart; `segment`: telling them in what is stored. */
export type JobKind =
  | 'import'
  | 'learn'
  | 'demo'
  | 'report'
  | 'bundle'
  | 'verify'
  | 'recompute'
  | 'recognise'
  | 'segment';
/** `queued` waits for a free core, `paused` for its user. */
export type JobStatus = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
export type JobPhase =
  'check' | 'import' | 'train' | 'score' | 'shapes' | 'save' | 'write' | 'compute';

/** How a training goes; its steps, rate and time left are the job's own. */
export interface TrainingProgress {
  readonly epoch: number;
  readonly epochs: number;
  /** Windows read by a step: the job's rate times this is windows per second. */
  readonly windowsPerStep: number;
  /** Of the last whole epoch; null before it. */
  readonly loss: number | null;
  /** null when nothing is held out. */
  readonly validation: number | null;
}

export interface JobState {
  readonly id: number;
  readonly kind: JobKind;
  readonly title: string;
  readonly status: JobStatus;
  readonly phase: JobPhase;
  /** Units done of `total` in this phase; total 0 when unknown. */
  readonly done: number;
  readonly total: number;
  readonly unit: 'rows' | 'steps' | 'bytes';
  /** Units per second, recent. */
  readonly rate: number;
  /** null when unknown. */
  readonly secondsLeft: number | null;
  /** False for work that can only be cancelled. */
  readonly canPause: boolean;
  /** What computes a training, once chosen. */
  readonly backend: BackendChoice | null;
  /** The training in hand or done last; null for other work. */
  readonly training: TrainingProgress | null;
  readonly lossCurve: readonly LossPoint[];
  readonly notes: readonly TrainingNote[];
  /** The stream the job made or works on; null until known. */
  readonly streamId: number | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export type TellProgress = (
  phase: JobPhase,
  done: number,
  total: number,
  unit: JobState['unit'],
) => void;

/** What a job was done for, where that is not in the store. */
export type JobResult =
  | { readonly kind: 'file'; readonly file: ReportFile }
  | { readonly kind: 'verified'; readonly report: BundleReport }
  | { readonly kind: 'provenance'; readonly provenance: Provenance };
