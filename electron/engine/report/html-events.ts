/** Events as a table, and the facts of one event beside its excerpt. */
import type { AnomalyEvent, ChannelShare } from '../../../shared/domain/event.ts';
import { kindWord } from '../../../shared/domain/event-words.ts';
import {
  formatCount,
  formatMoment,
  formatNumber,
  SEVERITY_SHAPES,
} from '../../../shared/domain/words.ts';
import { strongestOf, type ReportEvent, type ReportModel } from './report-model.ts';
import { durationText, type ReportWords } from './report-words.ts';
import { escapeHtml } from './escape-html.ts';
import { fill, unitOf } from './fill.ts';

const SHARES_SHOWN = 3;
const SHARE_MIN = 0.01;

export function severityWord({ severity }: AnomalyEvent, words: ReportWords): string {
  const text = `${SEVERITY_SHAPES[severity]} ${words.severity[severity]}`;
  return `<span class="severity ${severity}">${text}</span>`;
}

export function eventTable(report: ReportModel, words: ReportWords, most: number): string {
  const { stream, events } = report;
  const { none, number, start, startUtc, length, severity, peak, what, channels } = words.events;
  const title = `<h2>${words.sections.events}</h2>`;
  if (events.length === 0) return `${title}<p>${none}</p>`;
  const heads = [
    ...[number, stream.hasTime ? startUtc : start, length],
    ...[severity, peak, what, channels],
  ];
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  const listed = strongestOf(events, most);
  const rows = listed.map((one) => eventRow(one, report, words));
  const parts = { n: formatCount(listed.length), all: formatCount(events.length) };
  const some = fill(words.events.some, parts);
  const note = listed.length < events.length ? `<p class="muted">${some}</p>` : '';
  return (
    `${title}${note}<div class="card scroll table"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${rows.join('\n')}</tbody></table></div>`
  );
}

function eventRow(one: ReportEvent, { stream, language }: ReportModel, words: ReportWords): string {
  const { hasTime } = stream;
  const { event } = one;
  const provisional = event.provisional
    ? ` <span class="muted">(${words.events.provisional})</span>`
    : '';
  return (
    `<tr><td>${one.number}</td><td>${formatMoment(event.start, hasTime)}</td>` +
    `<td>${durationText(event.end - event.start, words)}</td>` +
    `<td>${severityWord(event, words)} <span class="muted">` +
    `${kindWord(event.kind, language)}</span>${provisional}</td>` +
    `<td>${formatNumber(event.peakScore)}</td>` +
    `<td>${escapeHtml(one.sentence)}${ownWords(one, words)}</td>` +
    `<td>${shareBars(event)}</td></tr>`
  );
}

/** What the user and the activity say, under the sentence. */
function ownWords({ activity, verdict, label, note }: ReportEvent, words: ReportWords): string {
  const said: readonly (readonly [string, string])[] = [
    [words.events.activity, activity],
    [words.events.verdict, verdict ? words.events[verdict] : ''],
    [words.events.label, label],
    [words.events.note, note],
  ];
  const texts = said
    .filter(([, text]) => text !== '')
    .map(([term, text]) => `${term}: ${escapeHtml(text)}`);
  return texts.length === 0 ? '' : `<div class="muted">${texts.join(' · ')}</div>`;
}

function shareBars(event: AnomalyEvent): string {
  return event.channels
    .slice(0, SHARES_SHOWN)
    .filter(({ share }) => share >= SHARE_MIN)
    .map(({ name, share }) => {
      const percent = Math.round(100 * share);
      return (
        `<div class="share"><i class="bar" style="width:${percent}px"></i>` +
        `${escapeHtml(name)} ${percent} %</div>`
      );
    })
    .join('');
}

/** Expected against observed of every channel that stood out. */
export function excerptFacts(
  one: ReportEvent,
  { stream }: ReportModel,
  words: ReportWords,
): string {
  const { channel, share, observed, expected, start, length, peak } = words.events;
  const { event } = one;
  const said = [
    `${start} ${formatMoment(event.start, stream.hasTime)}`,
    `${length} ${durationText(event.end - event.start, words)}`,
    `${peak} ${formatNumber(event.peakScore)}`,
  ];
  const heads = [channel, share, observed, expected];
  const row = (part: ChannelShare): string => {
    const unit = escapeHtml(unitOf(part.name, stream.channels));
    const range = `${formatNumber(part.expectedLow)}–${formatNumber(part.expectedHigh)}${unit}`;
    const cells = [
      escapeHtml(part.name),
      `${Math.round(100 * part.share)} %`,
      `${formatNumber(part.observed)}${unit}`,
      Number.isFinite(part.expectedLow + part.expectedHigh) ? range : '–',
    ];
    return `<tr>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`;
  };
  const shown = event.channels.filter((part, i) => i === 0 || part.share >= SHARE_MIN);
  return (
    `<p class="muted">${said.join(' · ')}</p>${ownWords(one, words)}` +
    `<table class="facts"><thead><tr>` +
    `${heads.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>` +
    `<tbody>${shown.slice(0, SHARES_SHOWN).map(row).join('')}</tbody></table>`
  );
}
