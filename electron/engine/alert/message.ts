/** What an alert says to people, in the language of its rule. */
import type { Alert, AlertMessage, KeptRule, MessageKind } from '../../../shared/domain/alert.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import { formatCount, formatMoment, SEVERITY_SHAPES } from '../../../shared/domain/words.ts';
import { REPORT_WORDS, durationText } from '../report/report-words.ts';
import { fill } from '../report/fill.ts';

/** Events written out in the text; the rest is counted. */
const LINES_MAX = 10;
const EVENTS_MAX = 20;

const WORDS = {
  en: {
    raise: '{shape} {stream}: {sentence}',
    raiseMany: '{shape} {stream}: {n} events',
    escalate: 'Not acknowledged: {title}',
    resolve: '✓ {stream}: back to normal',
    line: '{time} ({duration}) {shape} {sentence}',
    open: 'since {time} {shape} {sentence}',
    more: '… and {n} more',
    rule: 'Rule: {rule}',
    over: 'It lasted {duration}; {n} events in all.',
    overOne: 'It lasted {duration}.',
    test: 'Offbeat: a test',
    testText: 'This is a test message from Offbeat. If you can read it, this way works.',
    report: '{stream}: report',
    reportText: 'The report of {stream} was written: {file}',
    utc: 'Times are UTC.',
  },
  'zh-CN': {
    raise: '{shape} {stream}：{sentence}',
    raiseMany: '{shape} {stream}：{n} 个事件',
    escalate: '无人确认：{title}',
    resolve: '✓ {stream}：已恢复正常',
    line: '{time}（{duration}）{shape} {sentence}',
    open: '自 {time} 起 {shape} {sentence}',
    more: '……另有 {n} 个',
    rule: '规则：{rule}',
    over: '历时 {duration}，共 {n} 个事件。',
    overOne: '历时 {duration}。',
    test: 'Offbeat：测试',
    testText: '这是 Offbeat 发来的测试消息。能看到它，说明这条通路可用。',
    report: '{stream}：报告',
    reportText: '{stream} 的报告已写好：{file}',
    utc: '时间为 UTC。',
  },
} as const satisfies Record<Language, Record<string, string>>;

export function alertMessage(
  rule: KeptRule,
  alert: Alert,
  kind: MessageKind,
  key: string,
  time: number,
): AlertMessage {
  return {
    ...{ key, kind, time, language: rule.language, severity: alert.severity, files: [] },
    title: titleOf(rule, alert, kind),
    text: textOf(rule, alert, kind),
    alertId: alert.id,
    rule: { id: rule.id, name: rule.name },
    stream: { id: alert.streamId, name: alert.streamName },
    events: alert.events.slice(-EVENTS_MAX),
  };
}

function titleOf(rule: KeptRule, alert: Alert, kind: MessageKind): string {
  const words = WORDS[rule.language];
  const parts = { shape: SEVERITY_SHAPES[alert.severity], stream: alert.streamName };
  if (kind === 'resolve') return fill(words.resolve, parts);
  const [first] = alert.events;
  const title =
    alert.count === 1 && first
      ? fill(words.raise, { ...parts, sentence: first.sentence })
      : fill(words.raiseMany, { ...parts, n: formatCount(alert.count) });
  return kind === 'escalate' ? fill(words.escalate, { title }) : title;
}

function textOf(rule: KeptRule, alert: Alert, kind: MessageKind): string {
  const words = WORDS[rule.language];
  const report = REPORT_WORDS[rule.language];
  const lines = alert.events.slice(-LINES_MAX).map((event) =>
    fill(event.isOpen ? words.open : words.line, {
      time: formatMoment(event.start, alert.hasTime),
      duration: durationText(event.end - event.start, report),
      shape: SEVERITY_SHAPES[event.severity],
      sentence: event.sentence,
    }),
  );
  const rest = alert.count - lines.length;
  const starts = alert.events.map(({ start }) => start);
  const ends = alert.events.map(({ end }) => end);
  const lasted = lines.length > 0 ? Math.max(...ends) - Math.min(...starts) : 0;
  const over = fill(alert.count === 1 ? words.overOne : words.over, {
    duration: durationText(lasted, report),
    n: formatCount(alert.count),
  });
  return [
    ...(kind === 'resolve' && lines.length > 0 ? [over] : []),
    ...lines,
    ...(rest > 0 ? [fill(words.more, { n: formatCount(rest) })] : []),
    fill(words.rule, { rule: rule.name }),
    ...(alert.hasTime ? [words.utc] : []),
  ].join('\n');
}

export function testMessage(key: string, language: Language, time: number): AlertMessage {
  const { test: title, testText: text } = WORDS[language];
  const about = { alertId: null, rule: null, stream: null, events: [], files: [] };
  return { key, kind: 'test', language, title, text, time, severity: 'low', ...about };
}

export function reportMessage(
  key: string,
  language: Language,
  time: number,
  stream: { readonly id: number; readonly name: string },
  file: string,
): AlertMessage {
  const { report, reportText } = WORDS[language];
  return {
    ...{ key, kind: 'report', language, time, severity: 'low', stream },
    title: fill(report, { stream: stream.name }),
    text: fill(reportText, { stream: stream.name, file }),
    ...{ alertId: null, rule: null, events: [], files: [file] },
  };
}
