/**
 * What a page may ask of the shell around it, and what the shell tells the page. The desktop shell
 * does all of it; the browser shell refuses, in words, what a browser cannot.
 */
import type { MoveState } from '../domain/settings.ts';

/** What this shell can do; a page hides the rest. */
export interface ShellAbilities {
  readonly canMoveWorkspace: boolean;
  readonly canStartAtLogin: boolean;
  readonly canOpenLogs: boolean;
  readonly canUpdate: boolean;
}

/** A file that the engine has at hand under the id of an upload. */
export interface HandedFile {
  readonly uploadId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
}

/** What a menu, a file argument or a notification wants of the page. */
export type ShellCommand =
  | { readonly kind: 'import' | 'bundle'; readonly file: HandedFile }
  | { readonly kind: 'stream'; readonly streamId: number }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'home' | 'settings' | 'demo' | 'shortcuts' };

export interface UpdateState {
  readonly status: 'off' | 'unknown' | 'newest' | 'available' | 'ready' | 'failed';
  /** The version found; null when there is none. */
  readonly version: string | null;
  readonly failure: string | null;
}

export interface ShellApi {
  'shell.abilities': () => ShellAbilities;
  /** What the page was opened for, once: a file argument, say. */
  'shell.pending': () => readonly ShellCommand[];
  /** The system's dialog; null when it is closed without a choice. */
  'shell.chooseFolder': () => string | null;
  /** Progress comes as `workspace.moving`; the engine goes on in the new folder. */
  'shell.moveWorkspace': (folder: string) => void;
  'shell.openLogs': () => void;
  'shell.startsAtLogin': () => boolean;
  'shell.setStartAtLogin': (starts: boolean) => void;
  'shell.checkUpdate': () => UpdateState;
}

export interface ShellEvents {
  'shell.command': ShellCommand;
  /** The engine went away, and came back with what it had committed. */
  'engine.state': 'open' | 'closed';
  'workspace.moving': MoveState;
}
