/** Long work with progress: imports, trainings, the demo machine. */
import type { BackendChoice, LossPoint } from './model.ts';

export type JobKind = 'import' | 'learn' | 'demo';
/** `queued` waits for a free core, `paused` for its user. */
export type JobStatus = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
export type JobPhase = 'check' | 'import' | 'train' | 'score' | 'save';

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
  readonly lossCurve: readonly LossPoint[];
  /** The stream the job made or works on; null until known. */
  readonly streamId: number | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}
