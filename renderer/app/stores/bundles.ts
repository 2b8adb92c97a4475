/** The one bundle that is looked at: sent to the engine or at hand there, opened, read only. */
import { defineStore } from 'pinia';
import { markRaw } from 'vue';
import type { HandedFile } from '../../../shared/contract/shell-api.ts';
import type { OpenedBundle } from '../../../shared/domain/bundle.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';
import { sendPieces } from './send-pieces.ts';

interface BundleState {
  stage: 'idle' | 'reading' | 'open' | 'failed';
  fileName: string;
  uploadId: string | null;
  bundle: OpenedBundle | null;
  failure: string;
  /** Counts the files opened: what an earlier one still awaits is no news. */
  attempt: number;
}

const idle = (): Omit<BundleState, 'attempt'> => ({
  ...{ stage: 'idle', fileName: '', uploadId: null, bundle: null, failure: '' },
});

export const useBundles = defineStore('bundles', {
  state: (): BundleState => ({ ...idle(), attempt: 0 }),
  actions: {
    /** A file that was dropped on the window or chosen in it. */
    async open(file: File): Promise<void> {
      await this.close();
      const { attempt } = this;
      Object.assign(this, { stage: 'reading', fileName: file.name });
      try {
        const id = await engine.call('upload.begin', file.name, file.size);
        if (attempt !== this.attempt) return engine.call('upload.discard', id);
        this.uploadId = id;
        await sendPieces(file, id, () => attempt === this.attempt);
        if (attempt === this.attempt) await this.read(id, attempt);
      } catch (error) {
        if (attempt === this.attempt) this.fail(error);
      }
    },

    /** A file that the engine has at hand: opened by the shell, not by this page. */
    async adopt({ uploadId, fileName }: HandedFile): Promise<void> {
      await this.close();
      Object.assign(this, { stage: 'reading', fileName, uploadId });
      const { attempt } = this;
      await this.read(uploadId, attempt).catch((error: unknown) => this.fail(error));
    },

    async read(uploadId: string, attempt: number): Promise<void> {
      const bundle = await engine.call('bundle.open', uploadId);
      if (attempt !== this.attempt) return;
      this.bundle = markRaw(bundle);
      this.stage = 'open';
    },

    fail(error: unknown): void {
      this.failure = messageOf(error);
      this.stage = 'failed';
    },

    async close(): Promise<void> {
      this.attempt++;
      const { uploadId } = this;
      Object.assign(this, idle());
      if (uploadId) await engine.call('upload.discard', uploadId);
    },
  },
});
