/** Between the engine's thread and the shell that owns it. */
import type { MessagePort } from 'node:worker_threads';
import type { HandedFile } from '../../../shared/contract/shell-api.ts';
import type { EngineOptions } from '../engine.ts';

/** What a port is for: a window's calls, or a page that computes. */
export type Door = 'page' | 'compute';

/** Sent beside the calls, with its port. */
export interface Attach {
  readonly attach: Door;
  readonly port: MessagePort;
}

/** What the owner asks of the thread. */
export interface ThreadApi {
  /** Resolves when the workspace is open; throws Failure in words when it cannot be. */
  open: () => void;
  /** A file that the shell was asked to open. */
  adopt: (path: string) => HandedFile;
  /** The computer slept from `from` to `to`, ms: no source could be heard. */
  slept: (from: number, to: number) => void;
  /** Ends jobs, commits, closes; the thread ends after its answer. */
  close: () => void;
}

/** What the thread asks of its owner. */
export interface OwnerApi {
  /** The system's key store. Answers come once the shell is ready; the engine is up before. */
  canSeal: () => boolean;
  seal: (plain: string) => Uint8Array;
  unseal: (sealed: Uint8Array) => string;
  /** A self-contained page as PDF. */
  printPdf: (html: string) => Uint8Array;
}

export interface ThreadOrder {
  readonly engine: Omit<EngineOptions, 'vault' | 'printPdf'>;
  readonly owner: MessagePort;
}
