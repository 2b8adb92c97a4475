/** What a window is told about the application around it. */
export interface AppInfo {
  readonly version: string;
  readonly shell: 'electron' | 'browser';
  readonly platform: string;
  /** Folder of the open workspace. */
  readonly workspace: string;
  /** True when the window was opened with --demo. */
  readonly demo: boolean;
}
