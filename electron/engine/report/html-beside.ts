/** What stands beside the events: odd shapes and trouble with the data, as a table. */
import { formatCount, formatMoment } from '../../../shared/domain/words.ts';
import { escapeHtml } from './escape-html.ts';
import { fill } from './fill.ts';
import type { ReportModel } from './report-model.ts';
import { durationText, type ReportWords } from './report-words.ts';

/** `most`: the newest so many are listed. */
export function besideSection(
  { stream, beside }: ReportModel,
  words: ReportWords,
  most: number,
): string {
  if (beside.length === 0) return '';
  const { start, startUtc, length, what } = words.events;
  const heads = [stream.hasTime ? startUtc : start, length, what];
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  const listed = beside.slice(-most);
  const rows = listed.map(
    ({ problem, sentence }) =>
      `<tr><td>${formatMoment(problem.start, stream.hasTime)}</td>` +
      `<td>${durationText(problem.end - problem.start, words)}</td>` +
      `<td>${escapeHtml(sentence)}</td></tr>`,
  );
  const parts = { n: formatCount(listed.length), all: formatCount(beside.length) };
  const some = listed.length < beside.length ? ` ${fill(words.beside.some, parts)}` : '';
  return (
    `<h2>${words.sections.beside}</h2><p class="muted">${words.beside.text}${some}</p>` +
    `<div class="card scroll table"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${rows.join('\n')}</tbody></table></div>`
  );
}
