/** Reports, bundles, verifications and recomputations as jobs, and what came of the last ones. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { Expectation } from '../../../shared/domain/expectation.ts';
import type { JobKind, JobResult, JobState } from '../../../shared/domain/job.ts';
import type { ReportFile, ReportOrder } from '../../../shared/domain/report.ts';
import type { ThresholdMethod, ThresholdProposal } from '../../../shared/domain/threshold.ts';
import type { Jobs } from '../jobs.ts';
import type { PrintPdf } from '../report/print-pdf.ts';
import type { Store } from '../store/store-api.ts';
import type { UploadedFile } from '../uploads.ts';
import type { EvidenceKind, EvidenceOrder, EvidenceTasks } from './evidence-wire.ts';
import { runEvidence } from './run-evidence.ts';

export interface EvidencePlace {
  readonly store: Pick<Store, 'read'>;
  readonly jobs: Jobs;
  /** Of the workspace's store. */
  readonly file: string;
  /** Of the application. */
  readonly version: string;
  readonly print: PrintPdf;
}

/** Files may be large: older ones are made again when somebody wants them. */
const RESULTS_MAX = 6;

type Ordered<K extends EvidenceKind> = EvidenceOrder & { readonly kind: K };

export class Evidence {
  private readonly place: EvidencePlace;
  private readonly results = new Map<number, JobResult>();

  constructor(place: EvidencePlace) {
    this.place = place;
  }

  async startReport(streamId: number, order: ReportOrder): Promise<JobState> {
    const asked = { kind: 'report', ...order, streamId } as const;
    return this.start('report', await this.named(streamId), asked, streamId, fileResult);
  }

  async startBundle(streamId: number, order: Omit<ReportOrder, 'format'>): Promise<JobState> {
    const asked = { kind: 'bundle', ...order, streamId } as const;
    return this.start('bundle', await this.named(streamId), asked, streamId, fileResult);
  }

  async startRecompute(streamId: number, start: number): Promise<JobState> {
    const asked = { kind: 'recompute', streamId, start } as const;
    const name = await this.named(streamId);
    return this.start('recompute', name, asked, streamId, (provenance) => {
      return { kind: 'provenance', provenance };
    });
  }

  verifyBundle({ path, fileName }: UploadedFile): JobState {
    return this.start('verify', fileName, { kind: 'verify', path }, undefined, (report) => {
      return { kind: 'verified', report };
    });
  }

  /** Throws Failure not-found for a job that is not done, or whose result is no longer kept. */
  result(jobId: number): JobResult {
    const result = this.results.get(jobId);
    if (result) return result;
    throw new Failure('not-found', `There is no result of job ${jobId}; start it again.`);
  }

  /** Without a job: for schedules and commands. */
  report(streamId: number, order: ReportOrder): Promise<ReportFile> {
    return this.run({ kind: 'report', ...order, streamId });
  }

  propose(
    streamId: number,
    method: ThresholdMethod,
    alarmsPerDay: number,
  ): Promise<ThresholdProposal> {
    return this.run({ kind: 'propose', streamId, method, alarmsPerDay });
  }

  expected(streamId: number, start: number): Promise<Expectation> {
    return this.run({ kind: 'expect', streamId, start });
  }

  private run<K extends EvidenceKind>(order: Ordered<K>): Promise<EvidenceTasks[K]['result']> {
    const { file, version, print } = this.place;
    return runEvidence<K>({ file, version, order }, { tell: () => undefined, print });
  }

  private start<K extends EvidenceKind>(
    kind: JobKind,
    title: string,
    order: Ordered<K>,
    streamId: number | undefined,
    resultOf: (result: EvidenceTasks[K]['result']) => JobResult,
  ): JobState {
    const { jobs, file, version, print } = this.place;
    const options = { needsCore: true, ...(streamId !== undefined && { streamId }) };
    const state = jobs.start(
      kind,
      title,
      async ({ signal, progress: tell }) => {
        const done = await runEvidence<K>({ file, version, order }, { tell, print, signal });
        this.results.set(state.id, resultOf(done));
        for (const id of [...this.results.keys()].slice(0, -RESULTS_MAX)) this.results.delete(id);
      },
      options,
    );
    return state;
  }

  private async named(streamId: number): Promise<string> {
    return (await this.place.store.read['stream.get'](streamId)).name;
  }
}

const fileResult = (file: ReportFile): JobResult => ({ kind: 'file', file });
