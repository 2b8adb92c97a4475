/** The first page: what happened, in plain words, and when. */
import type { Severity } from '../../../shared/domain/event.ts';
import { formatCount, formatMoment } from '../../../shared/domain/words.ts';
import { countOf, type ReportEvent, type ReportModel } from './report-model.ts';
import { durationText, spanText, type ReportWords } from './report-words.ts';
import { drawTimeline } from './svg-timeline.ts';
import { escapeHtml } from './escape-html.ts';
import { fill } from './fill.ts';

export function summary(report: ReportModel, words: ReportWords): string {
  const { stream, card, range, quality } = report;
  const head = fill(words.head, {
    span: spanText(range, stream.hasTime, words),
    duration: durationText(range.to - range.from, words),
    rows: formatCount(quality.rows),
    channels: card.channels.length,
  });
  const [lead, ...more] = summarySentences(report, words);
  const timeline =
    report.events.length === 0
      ? ''
      : `<h2>${words.sections.timeline}</h2><div class="card">` +
        `${drawTimeline(report, words.charts.timeline)}</div>`;
  return (
    `<h1>${escapeHtml(stream.name)}</h1><p class="muted">${head}</p>` +
    `<p class="lead">${escapeHtml(lead)}</p>` +
    `${more.map((text) => `<p>${escapeHtml(text)}</p>`).join('')}${timeline}`
  );
}

/** The summary as plain sentences, for every form of the report. */
export function summarySentences(report: ReportModel, words: ReportWords): string[] {
  const { events, evaluation } = report;
  const { none, judged, high } = words.summary;
  const beside = besideSentence(report, words);
  if (events.length === 0) return [none, ...beside];
  const counts = Object.fromEntries(
    (['high', 'medium', 'low'] as Severity[]).map((one) => [one, countOf(events, one)]),
  );
  return [
    howOften(report, words),
    ...(events.length > 1 ? [fill(high, counts)] : []),
    strongest(report, words),
    ...(events.length > 1 ? [loudestChannel(events, words)] : []),
    ...beside,
    ...(evaluation ? [fill(judged, { ...evaluation })] : []),
  ];
}

function besideSentence({ beside }: ReportModel, { summary }: ReportWords): string[] {
  if (beside.length === 0) return [];
  if (beside.length > 1) return [fill(summary.beside, { n: formatCount(beside.length) })];
  return [fill(summary.besideOne, { sentence: beside[0].sentence })];
}

function howOften({ stream, events, range }: ReportModel, words: ReportWords): string {
  // A row stands for the period after it: an event of one row is not without length.
  const covered = events.reduce((sum, { event: { start, end } }) => {
    const inside = Math.min(end, range.to) - Math.max(start, range.from);
    return sum + inside + stream.periodMs;
  }, 0);
  const whole = range.to - range.from + stream.periodMs;
  const { one, many } = words.summary;
  return fill(events.length === 1 ? one : many, {
    n: formatCount(events.length),
    duration: durationText(covered, words),
    share: percent(Math.min(1, covered / whole)),
  });
}

function strongest({ stream, events }: ReportModel, words: ReportWords): string {
  const { event, sentence } = events.reduce((a, b) =>
    b.event.peakScore > a.event.peakScore ? b : a,
  );
  return fill(words.summary.longest, {
    start: formatMoment(event.start, stream.hasTime),
    duration: durationText(event.end - event.start, words),
    sentence,
  });
}

function loudestChannel(events: readonly ReportEvent[], words: ReportWords): string {
  const firsts = new Map<string, number>();
  for (const { event } of events) {
    const [{ name }] = event.channels;
    firsts.set(name, (firsts.get(name) ?? 0) + 1);
  }
  const [name, n] = [...firsts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return fill(words.summary.channel, { name, n: formatCount(n), all: formatCount(events.length) });
}

/** "3.2 %", "–" for none. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const value = 100 * share;
  return `${value >= 10 || value === 0 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}
