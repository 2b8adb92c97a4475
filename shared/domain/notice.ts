/** Something a person should see now, whether a window is open or not. */
import type { Severity } from './event.ts';

export interface NoticeAction {
  readonly id: string;
  /** As written on the button. */
  readonly label: string;
}

export interface Notice {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** null for what is no event. */
  readonly severity: Severity | null;
  /** Opened when the notice is clicked; null opens the window as it is. */
  readonly streamId: number | null;
  /** The systems show two or three; the first is the most likely. */
  readonly actions: readonly NoticeAction[];
}
