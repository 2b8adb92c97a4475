/** The one file on its way in: sent to the engine, previewed, corrected, imported. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { CsvChannel, CsvChoices, CsvPreview } from '../../../shared/domain/csv.ts';
import type { JobState } from '../../../shared/domain/job.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';
import { useJobs } from './jobs.ts';

const PIECE_BYTES = 4 * 1024 * 1024;

/** sending → choosing → importing → choosing (failed, stopped) or idle (done). */
export type ImportStage = 'idle' | 'sending' | 'choosing' | 'importing';

export const useImports = defineStore('imports', () => {
  const stage = ref<ImportStage>('idle');
  const fileName = ref('');
  const sizeBytes = ref(0);
  const sentBytes = ref(0);
  const startedAt = ref(0);
  const preview = shallowRef<CsvPreview | null>(null);
  const choices = shallowRef<CsvChoices>({});
  const jobId = ref<number | null>(null);
  const failure = ref('');
  let uploadId: string | null = null;
  let attempt = 0;

  /** Sends the file and asks what it seems to hold. A second file takes the place of the first. */
  async function open(file: File): Promise<void> {
    await discard();
    const mine = ++attempt;
    stage.value = 'sending';
    fileName.value = file.name;
    sizeBytes.value = file.size;
    sentBytes.value = 0;
    startedAt.value = performance.now();
    try {
      const id = await engine.call('upload.begin', file.name, file.size);
      if (mine !== attempt) return void engine.call('upload.discard', id);
      uploadId = id;
      for (let from = 0; from < file.size; from += PIECE_BYTES) {
        const piece = await file.slice(from, from + PIECE_BYTES).arrayBuffer();
        if (mine !== attempt) return;
        sentBytes.value = await engine.call('upload.append', id, new Uint8Array(piece));
      }
      if (mine !== attempt) return;
      await choose({});
    } catch (error) {
      if (mine !== attempt) return;
      failure.value = messageOf(error);
      stage.value = 'choosing';
    }
  }

  /** Adds what the user fixed and guesses the rest anew; a refused choice is taken back. */
  async function choose(more: CsvChoices): Promise<void> {
    if (!uploadId) return;
    const before = choices.value;
    const next = { ...before, ...more };
    choices.value = next;
    try {
      const answer = await engine.call('csv.preview', uploadId, next);
      if (choices.value !== next) return;
      preview.value = answer;
      failure.value = '';
    } catch (error) {
      if (choices.value !== next) return;
      choices.value = before;
      failure.value = messageOf(error);
    }
    stage.value = 'choosing';
  }

  /** Which columns become channels, and their names: nothing else of the preview hangs on it. */
  function chooseChannels(channels: readonly CsvChannel[]): void {
    if (!preview.value) return;
    choices.value = { ...choices.value, channels };
    preview.value = { ...preview.value, plan: { ...preview.value.plan, channels } };
  }

  async function start(streamName: string): Promise<void> {
    if (!uploadId || !preview.value) return;
    failure.value = '';
    const job = await engine.call('csv.import', uploadId, streamName, preview.value.plan);
    jobId.value = job.id;
    stage.value = 'importing';
    useJobs().keep(job);
  }

  /** A failed or stopped import leaves the choices for another try. */
  function ended(job: JobState): void {
    if (job.id !== jobId.value) return;
    jobId.value = null;
    if (job.status === 'done') {
      uploadId = null;
      reset();
    } else {
      stage.value = 'choosing';
      failure.value = job.failure?.message ?? '';
    }
  }

  async function discard(): Promise<void> {
    attempt++;
    const id = uploadId;
    uploadId = null;
    reset();
    if (id) await engine.call('upload.discard', id);
  }

  function reset(): void {
    stage.value = 'idle';
    preview.value = null;
    choices.value = {};
    failure.value = '';
    jobId.value = null;
  }

  return {
    stage,
    fileName,
    sizeBytes,
    sentBytes,
    startedAt,
    preview,
    choices,
    jobId,
    failure,
    open,
    choose,
    chooseChannels,
    start,
    ended,
    discard,
  };
});
