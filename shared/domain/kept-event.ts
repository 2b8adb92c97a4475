/** Events as they are kept: with an id that stays, whether they go on, and what people said. */
import type { AnomalyEvent } from './event.ts';
import type { DataProblem } from './data-problem.ts';

/** What a person said of an event. */
export interface Triage {
  /** ms; null: nobody has seen it. */
  readonly acknowledged: number | null;
  readonly verdict: 'confirmed' | 'dismissed' | null;
  readonly note: string;
  /** What it was, in the words of who labelled it; empty: nothing was said. */
  readonly label: string;
}

/** `acknowledged`: now, or not at all. What is left out stays. */
export interface TriageChange {
  readonly acknowledged?: boolean;
  readonly verdict?: Triage['verdict'];
  readonly note?: string;
  readonly label?: string;
}

interface Kept {
  readonly id: number;
  readonly streamId: number;
  /** It goes on; its end is the newest row that belongs to it. */
  readonly isOpen: boolean;
  readonly triage: Triage;
}

/** A stretch in which a model was surprised. */
export interface KeptEvent extends AnomalyEvent, Kept {
  readonly modelId: number;
}

/** A stretch in which the data themselves were in trouble; nothing was scored for it. */
export interface KeptProblem extends DataProblem, Kept {}

/** What was opened, changed, closed or judged. */
export type EventChange =
  | { readonly source: 'model'; readonly event: KeptEvent }
  | { readonly source: 'data'; readonly problem: KeptProblem };
