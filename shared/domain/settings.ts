/** What a person chose for this workspace. */
import type { Severity } from './event.ts';
import type { BackendName } from './model.ts';

export interface Settings {
  readonly theme: 'system' | 'dark' | 'light';
  readonly language: 'system' | 'en' | 'zh-CN';
  /** What trains; auto measures once per shape. */
  readonly backend: BackendName | 'auto';
  /** Raw rows of live streams are kept this long unless theirs was set; null keeps all. */
  readonly retentionDays: number | null;
  readonly notices: {
    /** Shown by the system. */
    readonly desktop: boolean;
    /** What is less grave stays in the window. */
    readonly severityMin: Severity;
  };
  /** Goes on recording, with an icon in the tray, when the last window is closed. */
  readonly keepMonitoring: boolean;
  /** Asks for newer versions now and then: the only call that no source of yours makes. */
  readonly checkUpdates: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  language: 'system',
  backend: 'auto',
  retentionDays: null,
  notices: { desktop: true, severityMin: 'low' },
  keepMonitoring: true,
  checkUpdates: true,
};

/** A token or password as a page may know it: that it is there, not what it is. */
export interface SecretInfo {
  readonly name: string;
  /** Who keeps it from reading: the system's key store, or a key file of this account. */
  readonly vault: 'system' | 'file';
}

/** How far the move of a workspace to another folder is. */
export interface MoveState {
  readonly target: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly status: 'copying' | 'checking' | 'done' | 'failed';
  /** Why it failed; the workspace is then where it was. */
  readonly failure: string | null;
}

/** What a machine can do, measured on a small training of a given shape. */
export interface BackendMeasure {
  readonly name: BackendName;
  /** Of one training step, the median, ms; null when it cannot run here. */
  readonly stepMs: number | null;
  /** What it runs on, or why it cannot. */
  readonly about: string;
}
