/** The one file of labels that is looked at before it is taken. */
import { defineStore } from 'pinia';
import { markRaw } from 'vue';
import type { LabelFileChoices, LabelFilePreview } from '../../../shared/domain/activity.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';
import { sendPieces } from './send-pieces.ts';

/** Endings of files of labels, as an input of HTML takes them. */
export const LABEL_FILES = '.csv,.tsv,.txt,.json,text/csv,text/plain,application/json';

interface LabelFileState {
  stage: 'idle' | 'reading' | 'read' | 'taking' | 'failed';
  file: File | null;
  streamId: number;
  uploadId: string | null;
  preview: LabelFilePreview | null;
  failure: string;
  /** Counts the files opened: what an earlier one still awaits is no news. */
  attempt: number;
}

const idle = (): Omit<LabelFileState, 'attempt'> => ({
  ...{ stage: 'idle', file: null, streamId: 0, uploadId: null, preview: null, failure: '' },
});

export const useLabelFile = defineStore('label-file', {
  state: (): LabelFileState => ({ ...idle(), attempt: 0 }),
  actions: {
    async open(file: File, streamId: number): Promise<void> {
      await this.close();
      const { attempt } = this;
      Object.assign(this, { stage: 'reading', file: markRaw(file), streamId });
      try {
        const id = await engine.call('upload.begin', file.name, file.size);
        if (attempt !== this.attempt) return engine.call('upload.discard', id);
        this.uploadId = id;
        await sendPieces(file, id, () => attempt === this.attempt);
        await this.read({ author: '' });
      } catch (error) {
        if (attempt === this.attempt) Object.assign(this, failed(error));
      }
    },

    /** Again, as the choices say. */
    async read(choices: LabelFileChoices): Promise<void> {
      const { attempt, uploadId, streamId } = this;
      if (!uploadId) return;
      try {
        const preview = await engine.call('label.preview', streamId, uploadId, choices);
        if (attempt !== this.attempt) return;
        Object.assign(this, { preview: markRaw(preview), stage: 'read' });
      } catch (error) {
        if (attempt === this.attempt) Object.assign(this, failed(error));
      }
    },

    /** Answers how many labels were added; throws what made it fail. */
    async take(choices: LabelFileChoices): Promise<number> {
      const { uploadId, streamId } = this;
      if (!uploadId) return 0;
      this.stage = 'taking';
      try {
        const labels = await engine.call('label.import', streamId, uploadId, choices);
        // The engine let go of it.
        this.uploadId = null;
        await this.close();
        return labels.length;
      } catch (error) {
        this.stage = 'read';
        throw error;
      }
    },

    async close(): Promise<void> {
      this.attempt++;
      const { uploadId } = this;
      Object.assign(this, idle());
      if (uploadId) await engine.call('upload.discard', uploadId);
    },
  },
});

function failed(error: unknown): Pick<LabelFileState, 'stage' | 'failure'> {
  return { stage: 'failed', failure: messageOf(error) };
}
