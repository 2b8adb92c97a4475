/** Files that a window sends in pieces. They live in the workspace until imported or discarded. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../shared/contract/failure.ts';

const UPLOADS_MAX = 8;

export interface UploadedFile {
  readonly path: string;
  readonly fileName: string;
}

interface Upload extends UploadedFile {
  readonly sizeBytes: number;
  readonly handle: FileHandle;
  receivedBytes: number;
}

export class Uploads {
  private readonly folder: string;
  private readonly open = new Map<string, Upload>();

  constructor(workspace: string) {
    this.folder = join(workspace, 'uploads');
  }

  async begin(fileName: string, sizeBytes: number): Promise<string> {
    if (this.open.size >= UPLOADS_MAX) {
      throw new Failure('refused', `${UPLOADS_MAX} files are open already; close one first.`);
    }
    await mkdir(this.folder, { recursive: true });
    const id = randomUUID();
    const path = join(this.folder, id);
    const handle = await open(path, 'wx');
    this.open.set(id, { path, fileName, sizeBytes, handle, receivedBytes: 0 });
    return id;
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
    await upload.handle.write(bytes, 0, bytes.length, upload.receivedBytes);
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
    await upload.handle.close();
    await rm(upload.path, { force: true });
  }

  /** Also removes what an earlier run left behind. */
  async close(): Promise<void> {
    for (const id of [...this.open.keys()]) await this.discard(id);
    await rm(this.folder, { recursive: true, force: true });
  }

  private entry(id: string): Upload {
    const upload = this.open.get(id);
    if (!upload) throw new Failure('not-found', 'This file is no longer open; open it again.');
    return upload;
  }
}
