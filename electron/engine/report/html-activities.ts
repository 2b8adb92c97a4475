/** What the machine did: time per activity and day, bouts, and what followed what. */
import type { ActivityStatistics } from '../../../shared/domain/activity.ts';
import { formatCount } from '../../../shared/domain/words.ts';
import { escapeHtml } from './escape-html.ts';
import { percent } from './html-summary.ts';
import type { ReportModel } from './report-model.ts';
import { durationText, type ReportWords } from './report-words.ts';

/** Days listed one by one; of longer recordings the last ones. */
const DAYS_MAX = 62;

/** Empty where neither labels nor a recogniser say anything. */
export function activitySection({ activities }: ReportModel, words: ReportWords): string {
  if (!activities) return '';
  const { activities: text, sections } = words;
  return (
    `<h2>${sections.activities}</h2>` +
    `<p class="muted">${text[activities.source]}</p>` +
    `<div class="card"><h3>${text.bouts}</h3>${boutTable(activities, words)}</div>` +
    `<div class="card"><h3>${text.days}</h3>${dayTable(activities, words)}</div>` +
    `<div class="card"><h3>${text.transitions}</h3>${transitionTable(activities, words)}</div>`
  );
}

function boutTable({ bouts }: ActivityStatistics, words: ReportWords): string {
  const { activities: text } = words;
  const all = bouts.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const rows = bouts.map(({ activity, count, totalMs, meanMs, longestMs }) => [
    nameOf(activity, words),
    durationText(totalMs, words),
    percent(totalMs / all),
    formatCount(count),
    durationText(meanMs, words),
    durationText(longestMs, words),
  ]);
  const heads = [text.activity, text.total, text.share, text.count, text.mean, text.longest];
  return table(heads, rows);
}

function dayTable({ days, bouts }: ActivityStatistics, words: ReportWords): string {
  const names = bouts.map(({ activity }) => activity);
  const rows = days
    .slice(-DAYS_MAX)
    .map(({ day, time }) => [
      new Date(day).toISOString().slice(0, 10),
      ...names.map((name) => (time[name] ? durationText(time[name], words) : '–')),
    ]);
  return table([words.activities.day, ...names.map((name) => nameOf(name, words))], rows);
}

function transitionTable({ transitions }: ActivityStatistics, words: ReportWords): string {
  const { activities, counts } = transitions;
  const names = activities.map((name) => nameOf(name, words));
  const rows = counts.map((row, from) => [
    names[from],
    ...row.map((n) => (n ? formatCount(n) : '–')),
  ]);
  return table([words.activities.fromTo, ...names], rows);
}

export function nameOf(activity: string, words: ReportWords): string {
  return activity || words.activities.unknown;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => cells('td', row)).join('');
  return `<table><thead>${cells('th', heads)}</thead><tbody>${body}</tbody></table>`;
}
