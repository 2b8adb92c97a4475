/** A bundle: a stretch of a stream with all it takes to compute its scores again elsewhere. */
import type { AnomalyEvent } from './event.ts';
import type { Triage } from './kept-event.ts';
import type { ModelCard } from './model.ts';
import type { Channel, TimeRange } from './stream.ts';

export const BUNDLE_FORMAT = 'offbeat-bundle/1';

export interface BundleManifest {
  readonly format: typeof BUNDLE_FORMAT;
  /** Of the application that wrote it. */
  readonly version: string;
  readonly stream: string;
  readonly range: TimeRange;
  readonly rows: number;
  readonly checkpointSha256: string;
  /** Every member but the manifest itself. */
  readonly members: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** A score that is not as it was. */
export interface ScoreDifference {
  /** ms. */
  readonly t: number;
  readonly column: string;
  /** null: no number. */
  readonly stored: number | null;
  readonly computed: number | null;
}

/** What computing again has shown. */
export interface Recomputed {
  readonly rows: number;
  /** Rows of which a value differs. */
  readonly differing: number;
  readonly first: ScoreDifference | null;
}

export interface BundleReport {
  readonly manifest: BundleManifest | null;
  /** Members that are not as they were written, each with why; scores are then not looked at. */
  readonly broken: readonly { readonly member: string; readonly reason: string }[];
  readonly recomputed: Recomputed | null;
}

/** What people had said of an event when the bundle was written. */
export interface BundleLabel extends Pick<Triage, 'verdict' | 'label' | 'note'> {
  /** ms, of the event. */
  readonly start: number;
  readonly end: number;
}

/** What is in a bundle, to be looked at; nothing of it enters the workspace. */
export interface BundleContent {
  /** Those of the model, in its order. */
  readonly channels: readonly Channel[];
  readonly rows: number;
  /** Of its rows. */
  readonly range: TimeRange;
  readonly periodMs: number;
  /** Its ids are those of the workspace it came from. */
  readonly card: ModelCard;
  /** In time order. */
  readonly events: readonly AnomalyEvent[];
  readonly labels: readonly BundleLabel[];
  /** Of the programs that wrote it. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A bundle that was opened to be read. */
export interface OpenedBundle {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly manifest: BundleManifest | null;
  /** As in a BundleReport; the content of a broken bundle is not shown. */
  readonly broken: BundleReport['broken'];
  readonly content: BundleContent | null;
}

/** Where an event comes from, and what computing it again has shown. */
export interface Provenance {
  readonly model: {
    readonly id: number;
    readonly mode: string;
    readonly channels: readonly string[];
    readonly trainRows: number;
    readonly seed: number;
    readonly backend: string;
    readonly checkpointSha256: string;
    /** Each has a normal of its own; absent: there is one of all. */
    readonly activities?: readonly string[];
    /** Of every training that the event's scores depend on, in order. */
    readonly trainingSha256: readonly string[];
  };
  /** The rows that went in, from the first that was learnt from to the end of the event. */
  readonly data: TimeRange & { readonly rows: number; readonly sha256: string };
  /** z = (x − centre) / scale, in force at the peak. */
  readonly scaler: readonly {
    readonly channel: string;
    readonly centre: number;
    readonly scale: number;
  }[];
  /** At the peak. */
  readonly score: {
    readonly t: number;
    readonly score: number | null;
    readonly held: number | null;
    readonly threshold: number | null;
    readonly isProvisional: boolean;
    /** −log₁₀ p of every channel by itself, with what was expected. */
    readonly terms: readonly {
      readonly channel: string;
      readonly own: number | null;
      readonly expectedLow: number | null;
      readonly expectedHigh: number | null;
    }[];
  };
  readonly versions: Readonly<Record<string, string>>;
  /** Over the rows of the event. */
  readonly recomputed: Recomputed;
}
