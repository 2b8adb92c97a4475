/** What jobs were done for, once they are. */
import type { JobResult, JobState } from '../../../shared/domain/job.ts';
import type { ReportFile } from '../../../shared/domain/report.ts';
import { engine } from '../engine.ts';
import { useJobs } from '../stores/jobs.ts';

export function useResults() {
  const jobs = useJobs();

  /** null when it was cancelled; throws what made it fail. */
  async function resultOf(job: JobState): Promise<JobResult | null> {
    const { status, failure } = await jobs.whenEnded(job);
    if (failure) throw new Error(failure.message);
    return status === 'done' ? engine.call('job.result', job.id) : null;
  }

  async function fileOf(job: JobState): Promise<ReportFile | null> {
    const result = await resultOf(job);
    return result?.kind === 'file' ? result.file : null;
  }

  return { resultOf, fileOf };
}
