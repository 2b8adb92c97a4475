/** The one file on its way in: sent to the engine, previewed, corrected, imported. */
import { defineStore } from 'pinia';
import { markRaw } from 'vue';
import type { CsvChannel, CsvChoices, CsvPreview } from '../../../shared/domain/csv.ts';
import type { HandedFile } from '../../../shared/contract/shell-api.ts';
import type { JobState } from '../../../shared/domain/job.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';
import { sendPieces } from './send-pieces.ts';
import { useJobs } from './jobs.ts';
import { said } from '../i18n/said.ts';

interface ImportState {
  /** sending → choosing → importing → choosing (failed, stopped) or idle (done). */
  stage: 'idle' | 'sending' | 'choosing' | 'importing';
  fileName: string;
  sizeBytes: number;
  sentBytes: number;
  uploadId: string | null;
  preview: CsvPreview | null;
  choices: CsvChoices;
  jobId: number | null;
  failure: string;
  /** Counts the files opened: what an earlier one still awaits is no news. */
  attempt: number;
}

const idle = (): Omit<ImportState, 'fileName' | 'sizeBytes' | 'attempt'> => ({
  stage: 'idle',
  sentBytes: 0,
  uploadId: null,
  preview: null,
  choices: {},
  jobId: null,
  failure: '',
});

export const useImports = defineStore('imports', {
  state: (): ImportState => ({ ...idle(), fileName: '', sizeBytes: 0, attempt: 0 }),
  actions: {
    /** Sends the file and asks what it seems to hold. A second file takes the first one's place. */
    async open(file: File): Promise<void> {
      await this.discard();
      const { attempt } = this;
      Object.assign(this, { stage: 'sending', fileName: file.name, sizeBytes: file.size });
      try {
        await this.send(file, attempt);
        if (attempt === this.attempt) await this.choose({});
      } catch (error) {
        if (attempt !== this.attempt) return;
        this.failure = messageOf(error);
        this.stage = 'choosing';
      }
    },

    /** A file that the engine has at hand: opened by the shell, not by this page. */
    async adopt({ uploadId, fileName, sizeBytes }: HandedFile): Promise<void> {
      await this.discard();
      Object.assign(this, {
        stage: 'sending',
        fileName,
        sizeBytes,
        sentBytes: sizeBytes,
        uploadId,
      });
      await this.choose({});
    },

    async send(file: File, attempt: number): Promise<void> {
      const id = await engine.call('upload.begin', file.name, file.size);
      if (attempt !== this.attempt) return engine.call('upload.discard', id);
      this.uploadId = id;
      await sendPieces(file, id, (sentBytes) => {
        if (attempt !== this.attempt) return false;
        this.sentBytes = sentBytes;
        return true;
      });
    },

    /** Adds what the user fixed and guesses the rest anew; a refused choice is taken back. */
    async choose(more: CsvChoices): Promise<void> {
      if (!this.uploadId) return;
      const before = this.choices;
      const next = markRaw({ ...before, ...more });
      this.choices = next;
      try {
        const preview = await engine.call('csv.preview', this.uploadId, next);
        if (this.choices !== next) return;
        this.preview = markRaw(preview);
        this.failure = '';
      } catch (error) {
        if (this.choices !== next) return;
        this.choices = before;
        this.failure = messageOf(error);
      }
      this.stage = 'choosing';
    },

    /** Which columns become channels, and their names: nothing else of the preview hangs on it. */
    chooseChannels(channels: readonly CsvChannel[]): void {
      if (!this.preview) return;
      this.choices = markRaw({ ...this.choices, channels });
      this.preview = markRaw({ ...this.preview, plan: { ...this.preview.plan, channels } });
    },

    async start(streamName: string): Promise<void> {
      if (!this.uploadId || !this.preview) return;
      this.failure = '';
      const job = await engine.call('csv.import', this.uploadId, streamName, this.preview.plan);
      this.jobId = job.id;
      this.stage = 'importing';
      useJobs().keep(job);
    },

    /** A failed or stopped import leaves the choices for another try. */
    ended(job: JobState): void {
      if (job.id !== this.jobId) return;
      if (job.status === 'done') {
        Object.assign(this, idle());
        return;
      }
      this.jobId = null;
      this.stage = 'choosing';
      this.failure = said(job.failure?.message ?? '');
    },

    async discard(): Promise<void> {
      this.attempt++;
      const { uploadId } = this;
      Object.assign(this, idle());
      if (uploadId) await engine.call('upload.discard', uploadId);
    },
  },
});
