/** What crosses between the engine and a thread that writes reports, packs and computes again. */
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type { BundleReport, Provenance } from '../../../shared/domain/bundle.ts';
import type { Expectation } from '../../../shared/domain/expectation.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import type { ReportFile, ReportOrder } from '../../../shared/domain/report.ts';
import type { ThresholdMethod, ThresholdProposal } from '../../../shared/domain/threshold.ts';

/** What can be asked for, each with what comes of it. */
export interface EvidenceTasks {
  report: { order: ReportOrder & { streamId: number }; result: ReportFile };
  bundle: { order: Omit<ReportOrder, 'format'> & { streamId: number }; result: ReportFile };
  verify: { order: { path: string }; result: BundleReport };
  recompute: { order: { streamId: number; start: number }; result: Provenance };
  expect: { order: { streamId: number; start: number }; result: Expectation };
  propose: {
    order: { streamId: number; method: ThresholdMethod; alarmsPerDay: number };
    result: ThresholdProposal;
  };
}
export type EvidenceKind = keyof EvidenceTasks;

export type EvidenceOrder = {
  [K in EvidenceKind]: { readonly kind: K } & Readonly<EvidenceTasks[K]['order']>;
}[EvidenceKind];

export interface EvidenceJob {
  /** Of the workspace's store. */
  readonly file: string;
  /** Of the application. */
  readonly version: string;
  readonly order: EvidenceOrder;
}

/** Served by the engine, called by the thread. */
export interface EvidenceWire {
  progress: TellProgress;
  /** Printing is the shell's. */
  print: (html: string) => Uint8Array;
  finished: (result: EvidenceTasks[EvidenceKind]['result']) => void;
  failed: (failure: { readonly code: FailureCode; readonly message: string }) => void;
}
