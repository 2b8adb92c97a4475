/**
 * What a report says, before it takes a form: HTML, PDF, CSV, JSON, XLSX and Parquet are written
 * from this alone, so that they cannot disagree.
 */
import type { ActivityStatistics } from '../../../shared/domain/activity.ts';
import type { DataProblem } from '../../../shared/domain/data-problem.ts';
import type { AnomalyEvent, Severity } from '../../../shared/domain/event.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import type { ColumnView, StreamInfo, TimeRange } from '../../../shared/domain/stream.ts';

export interface ReportModel {
  readonly language: Language;
  readonly stream: StreamInfo;
  readonly card: ModelCard;
  /** The reported stretch; inside the recording. */
  readonly range: TimeRange;
  /** In time order, numbered from 1. */
  readonly events: readonly ReportEvent[];
  /** What stands beside the score: odd shapes, trouble with the data; in time order. */
  readonly beside: readonly BesideEvent[];
  readonly whole: ReportViews;
  /** Of the strongest events, in time order. */
  readonly excerpts: readonly ReportExcerpt[];
  readonly quality: DataQuality;
  readonly threshold: ThresholdHistory;
  /** null where neither labels nor a recogniser say what the machine did. */
  readonly activities: ActivityStatistics | null;
  /** null when the user has judged nothing. */
  readonly evaluation: Evaluation | null;
}

export type Verdict = 'confirmed' | 'dismissed';

export interface ReportEvent {
  readonly number: number;
  readonly event: AnomalyEvent;
  /** In the language of the report. */
  readonly sentence: string;
  /** What the machine was doing; empty when unknown. */
  readonly activity: string;
  readonly verdict: Verdict | null;
  readonly label: string;
  readonly note: string;
}

export interface BesideEvent {
  readonly problem: DataProblem;
  /** In the language of the report. */
  readonly sentence: string;
}

export interface ReportExcerpt {
  readonly event: ReportEvent;
  readonly views: ReportViews;
}

/** Decimated views of one stretch. */
export interface ReportViews {
  readonly hasTime: boolean;
  readonly range: TimeRange;
  readonly series: ColumnView;
  readonly scores: ColumnView;
}

/** Counted in the reported stretch, but for what only the whole recording knows. */
export interface DataQuality {
  readonly rows: number;
  /** Steps longer than three periods. */
  readonly gaps: number;
  /** The longest ones, longest first. */
  readonly longestGaps: readonly TimeRange[];
  /** Missing values by channel of the model. */
  readonly missing: readonly { readonly name: string; readonly count: number }[];
}

/** NaN where no row was scored. */
export interface ThresholdHistory {
  readonly first: number;
  readonly last: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Against the user's own verdicts and labels. */
export interface Evaluation {
  readonly confirmed: number;
  readonly dismissed: number;
  readonly unjudged: number;
  /** confirmed / (confirmed + dismissed); NaN when none was judged. */
  readonly precision: number;
  /** Stretches that the user marked as incidents, and how many of them an event touches. */
  readonly incidents: number;
  readonly found: number;
  /** found / incidents; NaN when none is marked. */
  readonly recall: number;
}

/** The strongest events, in time order. */
export function strongestOf(events: readonly ReportEvent[], most: number): readonly ReportEvent[] {
  if (events.length <= most) return events;
  return events
    .toSorted((a, b) => b.event.peakScore - a.event.peakScore)
    .slice(0, most)
    .toSorted((a, b) => a.number - b.number);
}

export function countOf(events: readonly ReportEvent[], severity: Severity): number {
  return events.filter(({ event }) => event.severity === severity).length;
}

/** Stretches that people marked, whatever a model found there. */
export interface MarkedSpans {
  readonly incidents: readonly TimeRange[];
  readonly normal: readonly TimeRange[];
}

/**
 * Precision over the events that were judged, by verdict or by the mark they lie in; recall over
 * the marked incidents. null when nothing was judged or marked.
 */
export function evaluate(events: readonly ReportEvent[], marked: MarkedSpans): Evaluation | null {
  const { incidents, normal } = marked;
  const touches = ({ event }: ReportEvent, spans: readonly TimeRange[]): boolean =>
    spans.some(({ from, to }) => event.end >= from && event.start <= to);
  const judged = events.map((one): Verdict | null => {
    if (one.verdict) return one.verdict;
    if (touches(one, incidents)) return 'confirmed';
    return touches(one, normal) ? 'dismissed' : null;
  });
  const confirmed = judged.filter((verdict) => verdict === 'confirmed').length;
  const dismissed = judged.filter((verdict) => verdict === 'dismissed').length;
  if (confirmed + dismissed + incidents.length === 0) return null;
  const found = incidents.filter((span) => events.some((one) => touches(one, [span]))).length;
  return {
    confirmed,
    dismissed,
    unjudged: events.length - confirmed - dismissed,
    precision: confirmed / (confirmed + dismissed),
    incidents: incidents.length,
    found,
    recall: found / incidents.length,
  };
}
