/** A job's progress: bars on a terminal, plain lines now and then elsewhere. */
import cliProgress from 'cli-progress';
import type { JobPhase, JobState } from '../../shared/domain/job.ts';
import { formatNumber } from '../../shared/domain/words.ts';

const LINE_INTERVAL_MS = 2000;

const PHASES: Readonly<Record<JobPhase, string>> = {
  check: 'Checking ',
  import: 'Importing',
  train: 'Training ',
  score: 'Scoring  ',
  shapes: 'Shapes   ',
  save: 'Saving   ',
  write: 'Writing  ',
  compute: 'Computing',
};

export interface ProgressView {
  update(job: JobState): void;
  stop(): void;
}

export function createProgressView(out: NodeJS.WriteStream): ProgressView {
  return out.isTTY ? barView(out) : lineView(out);
}

function barView(out: NodeJS.WriteStream): ProgressView {
  let bar: cliProgress.SingleBar | null = null;
  let phase: JobPhase | null = null;
  const stop = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    update: (job) => {
      if (job.total === 0) return;
      if (job.phase !== phase) {
        stop();
        phase = job.phase;
        bar = new cliProgress.SingleBar({
          stream: out,
          format: `${PHASES[phase]} {bar} {percentage} % · {rate} · {left} left`,
          barsize: 28,
          hideCursor: true,
        });
        bar.start(job.total, 0, { rate: '', left: '–' });
      }
      bar?.setTotal(job.total);
      bar?.update(Math.min(job.done, job.total), { rate: rateOf(job), left: leftOf(job) });
    },
    stop,
  };
}

function lineView(out: NodeJS.WriteStream): ProgressView {
  let writtenAt = -Infinity;
  let phase: JobPhase | null = null;
  return {
    update: (job) => {
      const now = performance.now();
      if (job.total === 0) return;
      if (job.phase === phase && now - writtenAt < LINE_INTERVAL_MS) return;
      writtenAt = now;
      phase = job.phase;
      const count = `${job.done.toLocaleString('en-US')} of ${job.total.toLocaleString('en-US')}`;
      const parts = [`${PHASES[phase]} ${count} ${job.unit}`];
      parts.push(...trainingOf(job));
      if (job.rate > 0) parts.push(rateOf(job), `${leftOf(job)} left`);
      out.write(`${parts.join(' · ')}\n`);
    },
    stop: () => undefined,
  };
}

/** Epoch, loss and windows a second of a training. */
function trainingOf({ phase, training, rate }: JobState): string[] {
  if (phase !== 'train' || !training) return [];
  const { epoch, epochs, loss, windowsPerStep } = training;
  const windows = Math.round(rate * windowsPerStep).toLocaleString('en-US');
  return [
    `epoch ${epoch} of ${epochs}`,
    ...(loss === null ? [] : [`loss ${formatNumber(loss)}`]),
    ...(rate > 0 ? [`${windows} windows/s`] : []),
  ];
}

function rateOf({ rate, unit }: JobState): string {
  return rate > 0 ? `${Math.round(rate).toLocaleString('en-US')} ${unit}/s` : '';
}

function leftOf({ secondsLeft }: JobState): string {
  if (secondsLeft === null) return '–';
  if (secondsLeft < 60) return `${Math.ceil(secondsLeft)} s`;
  return `${Math.ceil(secondsLeft / 60)} min`;
}
