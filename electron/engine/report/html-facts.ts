/** Data quality, the user's own verdicts, and how it was done. */
import { formatCount } from '../../../shared/domain/words.ts';
import { percent } from './html-summary.ts';
import type { ReportModel } from './report-model.ts';
import { durationText, spanText, type ReportWords } from './report-words.ts';
import { escapeHtml } from './escape-html.ts';
import { fill } from './fill.ts';

/** Terms and what they are; both as plain text. */
export type Facts = readonly (readonly [string, string])[];

export function definitions(facts: Facts): string {
  const rows = facts.map(
    ([term, text]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`,
  );
  return `<dl>${rows.join('')}</dl>`;
}

export function dataSection(report: ReportModel, words: ReportWords): string {
  return (
    `<h2>${words.sections.data}</h2>` +
    `<div class="card">${definitions(dataFacts(report, words))}</div>`
  );
}

export function dataFacts({ stream, quality }: ReportModel, words: ReportWords): Facts {
  const { data } = words;
  const gaps = quality.longestGaps.map((gap) => {
    return `${spanText(gap, stream.hasTime, words)} (${durationText(gap.to - gap.from, words)})`;
  });
  const missing = quality.missing
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => fill(data.missingIs, { name, n: formatCount(count) }));
  return [
    [data.rows, formatCount(quality.rows)],
    [data.period, durationText(stream.periodMs, words)],
    [data.gaps, fill(data.gapsAre, { n: formatCount(quality.gaps) })],
    ...(gaps.length > 0 ? [[data.longest, gaps.join('; ')] as const] : []),
    [data.missing, missing.join('; ') || data.noneMissing],
    [data.setAside, fill(data.setAsideIs, { n: formatCount(stream.quarantined) })],
    [data.equal, fill(data.equalIs, { n: formatCount(stream.duplicates) })],
    [data.back, fill(data.backIs, { n: formatCount(stream.backward) })],
  ];
}

export function evaluationSection(report: ReportModel, words: ReportWords): string {
  const facts = evaluationFacts(report, words);
  if (facts.length === 0) return '';
  return `<h2>${words.sections.evaluation}</h2><div class="card">${definitions(facts)}</div>`;
}

export function evaluationFacts({ evaluation }: ReportModel, words: ReportWords): Facts {
  if (!evaluation) return [];
  const { confirmed, dismissed, unjudged, precision, recall, found, incidents } = evaluation;
  const text = words.evaluation;
  const share = (value: number, n: number, all: number): string =>
    fill(text.share, { percent: percent(value), n: formatCount(n), all: formatCount(all) });
  return [
    [text.confirmed, formatCount(confirmed)],
    [text.dismissed, formatCount(dismissed)],
    [text.unjudged, formatCount(unjudged)],
    [text.precision, share(precision, confirmed, confirmed + dismissed)],
    ...(incidents > 0 ? [[text.recall, share(recall, found, incidents)] as const] : []),
  ];
}

export function methodSection({ card }: ReportModel, words: ReportWords): string {
  const [network, ...rest] = words.method;
  const paragraphs = [network, words.methodOf[card.mode], ...rest];
  const text = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('');
  return `<section class="method"><h2>${words.sections.method}</h2>${text}</section>`;
}
