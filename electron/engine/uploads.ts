/** Files that a window sends in pieces. They live in the workspace until imported or discarded. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../shared/contract/failure.ts';
import type { HandedFile } from '../../shared/contract/shell-api.ts';

const UPLOADS_MAX = 8;

export interface UploadedFile {
  readonly path: string;
  readonly fileName: string;
}

interface Upload extends UploadedFile {
  readonly sizeBytes: number;
  /** null for a file of the person's own, which is read where it lies. */
  readonly handle: FileHandle | null;
  receivedBytes: number;
}

export class Uploads {
  private readonly folder: string;
  private readonly open = new Map<string, Upload>();
  private tell: (id: string) => void = () => undefined;

  /** `folder` is made when needed. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Of every upload that goes. */
  onDiscard(listener: (id: string) => void): void {
    this.tell = listener;
  }

  async begin(fileName: string, sizeBytes: number): Promise<string> {
    this.refuseTooMany();
    await mkdir(this.folder, { recursive: true });
    const id = randomUUID();
    const path = join(this.folder, id);
    const handle = await open(path, 'wx');
    this.open.set(id, { path, fileName, sizeBytes, handle, receivedBytes: 0 });
    return id;
  }

  /**
   * A file that the shell was asked to open, read where it lies. Never for a page to call: a page
   * names no paths. Throws Failure not-found when there is no such file.
   */
  async adopt(path: string): Promise<HandedFile> {
    this.refuseTooMany();
    const stats = await stat(path).catch(() => null);
    if (!stats?.isFile()) throw new Failure('not-found', `There is no file ${path}.`);
    const [uploadId, fileName, sizeBytes] = [randomUUID(), basename(path), stats.size];
    this.open.set(uploadId, { path, fileName, sizeBytes, handle: null, receivedBytes: sizeBytes });
    return { uploadId, fileName, sizeBytes };
  }

  async append(id: string, bytes: Uint8Array): Promise<number> {
    const upload = this.entry(id);
    const end = upload.receivedBytes + bytes.length;
    if (end > upload.sizeBytes) {
      throw new Failure(
        'bad-input',
        `${upload.fileName} was announced with ${upload.sizeBytes} bytes but ${end} arrived.`,
      );
    }
    await upload.handle?.write(bytes, 0, bytes.length, upload.receivedBytes);
    upload.receivedBytes = end;
    return end;
  }

  /** The complete file; Failure when pieces are still missing. */
  complete(id: string): UploadedFile {
    const upload = this.entry(id);
    if (upload.receivedBytes !== upload.sizeBytes) {
      throw new Failure(
        'conflict',
        `${upload.fileName} is still arriving: ${upload.receivedBytes} of ` +
          `${upload.sizeBytes} bytes.`,
      );
    }
    return upload;
  }

  async discard(id: string): Promise<void> {
    const upload = this.open.get(id);
    if (!upload) return;
    this.open.delete(id);
    this.tell(id);
    if (!upload.handle) return;
    await upload.handle.close();
    await rm(upload.path, { force: true });
  }

  /** Also removes what an earlier run left behind. */
  async close(): Promise<void> {
    for (const id of [...this.open.keys()]) await this.discard(id);
    await rm(this.folder, { recursive: true, force: true });
  }

  private refuseTooMany(): void {
    if (this.open.size < UPLOADS_MAX) return;
    throw new Failure('refused', `${UPLOADS_MAX} files are open already; close one first.`);
  }

  private entry(id: string): Upload {
    const upload = this.open.get(id);
    if (!upload) throw new Failure('not-found', 'This file is no longer open; open it again.');
    return upload;
  }
}
