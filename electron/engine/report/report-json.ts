/** A report as JSON: everything it says but the pictures. What is no number is null. */
import { summarySentences } from './html-summary.ts';
import type { ReportModel } from './report-model.ts';
import { REPORT_WORDS } from './report-words.ts';

export function renderJson(report: ReportModel): string {
  const { language, stream, card, range, events, quality, threshold, evaluation } = report;
  const { activities, beside } = report;
  const words = REPORT_WORDS[language];
  const iso = (ms: number): string => new Date(ms).toISOString();
  const content = {
    format: 'offbeat-report/1',
    language,
    stream: { name: stream.name, channels: stream.channels, hasTime: stream.hasTime },
    from: iso(range.from),
    to: iso(range.to),
    summary: summarySentences(report, words),
    events: events.map(({ event, ...said }) => ({
      ...said,
      ...event,
      start: iso(event.start),
      end: iso(event.end),
      peakTime: iso(event.peakTime),
    })),
    beside: beside.map(({ problem, sentence }) => ({
      ...{ ...problem, start: iso(problem.start), end: iso(problem.end), sentence },
    })),
    model: {
      ...card,
      trainRange: { from: iso(card.trainRange.from), to: iso(card.trainRange.to) },
    },
    threshold,
    data: {
      ...quality,
      longestGaps: quality.longestGaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
      ofWholeRecording: {
        rows: stream.rows,
        quarantined: stream.quarantined,
        duplicates: stream.duplicates,
        backward: stream.backward,
        gaps: stream.gaps,
      },
    },
    activities: activities && {
      ...activities,
      days: activities.days.map(({ day, time }) => ({ day: iso(day), time })),
    },
    evaluation,
    method: [words.method[0], words.methodOf[card.mode], ...words.method.slice(1)],
  };
  // One space: ten thousand events stay under ten megabytes.
  return `${JSON.stringify(content, null, 1)}\n`;
}
