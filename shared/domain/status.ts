/** How it goes, in one look: what a tray icon shows. */
import type { Severity } from './event.ts';

export interface EngineStatus {
  /** Live sources that are being recorded. */
  readonly recording: number;
  /** Events that nobody has settled yet. */
  readonly openEvents: number;
  /** The gravest of them; null when there is none. */
  readonly worst: Severity | null;
}

export type Light = 'green' | 'amber' | 'red';

/** Red for a grave event, amber for any other that is open, else green. */
export function lightOf({ openEvents, worst }: EngineStatus): Light {
  if (openEvents === 0) return 'green';
  return worst === 'high' ? 'red' : 'amber';
}
