/** The words of a report, one set a language. Templates are filled in by `fill`. */
import type { Language } from '../../../shared/domain/event-words.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { durationParts, formatMoment } from '../../../shared/domain/words.ts';
import { fill } from './fill.ts';
import { en, type ReportWords } from './report-words-en.ts';
import { zh } from './report-words-zh.ts';

export type { ReportWords };
export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = { en, 'zh-CN': zh };

/** "3 h 20 min", in the language of the words. */
export function durationText(ms: number, words: ReportWords): string {
  if (ms === 0) return words.oneRow;
  return durationParts(ms)
    .map(([value, unit]) => `${value} ${words.units[unit]}`)
    .join(' ');
}

export function spanText({ from, to }: TimeRange, hasTime: boolean, words: ReportWords): string {
  const parts = { from: formatMoment(from, hasTime), to: formatMoment(to, hasTime) };
  return fill(hasTime ? words.spanUtc : words.span, parts);
}
