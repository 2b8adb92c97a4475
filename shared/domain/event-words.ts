/**
 * An event as a sentence: what happened, for how long, against what was expected, and how the other
 * channels fared. The one place for these words, in both languages.
 */
import { sideOf, type AnomalyEvent, type ChannelShare, type EventKind } from './event.ts';
import type { Channel } from './stream.ts';
import { durationParts, formatNumber, type DurationUnit } from './words.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Longer lists of names are counted instead. */
const NAMES_MAX = 3;

/** A spike lasted when most of its rows went this share of the way to its farthest value. */
const LASTING_SHARE = 0.6;

interface Words {
  readonly kinds: Readonly<Record<EventKind, string>>;
  readonly units: Readonly<Record<DurationUnit, string>>;
  readonly stop: string;
  readonly clause: string;
  /** Between the ends of a range that begins with a minus. */
  readonly to: string;
  oneRow: string;
  list(names: readonly string[]): string;
  expected(range: string): string;
  usual(value: string): string;
  /** Direction: −1 fell, 1 rose, 0 neither. */
  spike(name: string, direction: number, value: string, span: string, expected: string): string;
  /** At some time in the span; direction is −1 or 1. */
  reached(name: string, direction: number, value: string, span: string, expected: string): string;
  levelShift(name: string, direction: number, value: string, span: string, rest: string): string;
  drift(name: string, direction: number, from: string, to: string, span: string): string;
  variance(name: string, times: string, isWider: boolean, span: string): string;
  /** Of a channel that counts. */
  increment(name: string): string;
  fellBack(name: string, span: string): string;
  flat(name: string, value: string, span: string): string;
  gap(name: string, span: string): string;
  frequency(name: string, times: string, isFaster: boolean, span: string): string;
  correlation(name: string, partner: string, span: string): string;
  /** Not as expected, though other times have seen such values. */
  off(name: string, direction: number, value: string, span: string, expected: string): string;
  unusual(name: string, span: string): string;
  stoodOut(names: string, isOne: boolean): string;
  manyStoodOut(count: number): string;
  stayedNormal(names: string): string;
  allStayedNormal(count: number): string;
}

const english: Words = {
  kinds: {
    spike: 'spike',
    'level-shift': 'level shift',
    drift: 'drift',
    variance: 'change of spread',
    flat: 'flat line',
    gap: 'gap',
    frequency: 'change of rhythm',
    correlation: 'broken correlation',
    unusual: 'unusual course',
  },
  units: { d: ' d', h: ' h', min: ' min', s: ' s', ms: ' ms' },
  stop: '.',
  clause: '; ',
  to: ' to ',
  oneRow: 'in one row',
  list: (names) => [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and '),
  expected: (range) => `where ${range} was expected`,
  usual: (value) => `where ${value} was usual`,
  spike: (name, direction, value, span, expected) =>
    `${name} ${went(direction)} ${value} ${during(span)} ${expected}`,
  reached: (name, direction, value, span, expected) => {
    const most = direction < 0 ? 'fell as low as' : 'rose as high as';
    return `${name} ${most} ${value} ${within(span)} ${expected}`;
  },
  levelShift: (name, direction, value, span, rest) =>
    `${name} ${went(direction)} ${value} and stayed there ${during(span)} ${rest}`,
  drift: (name, direction, from, to, span) =>
    `${name} crept ${direction < 0 ? 'down' : 'up'} from ${from} to ${to} ${over(span)}`,
  variance: (name, times, isWider, span) =>
    `${name} varied ${times} times ${isWider ? 'as much' : 'less'} ${during(span)}`,
  increment: (name) => `${name} per row`,
  fellBack: (name, span) => `${name}, which only counts up, fell back ${during(span)}`,
  flat: (name, value, span) => `${name} stood still at ${value} ${during(span)}`,
  gap: (name, span) => `${name} said nothing ${during(span)}`,
  frequency: (name, times, isFaster, span) =>
    `${name} swung ${times} times ${isFaster ? 'as fast' : 'slower'} ${during(span)}`,
  correlation: (name, partner, span) => `${name} no longer followed ${partner} ${during(span)}`,
  off: (name, direction, value, span, expected) =>
    `${name} went too ${direction < 0 ? 'low' : 'high'} ${within(span)}: ${value} ${expected}`,
  unusual: (name, span) => `${name} did not move as expected ${during(span)}`,
  stoodOut: (names) => `${names} stood out too`,
  manyStoodOut: (count) => `${count} other channels stood out too`,
  stayedNormal: (names) => `${names} stayed normal`,
  allStayedNormal: (count) => `the other ${count} channels stayed normal`,
};

const went = (direction: number): string =>
  direction < 0 ? 'fell to' : direction > 0 ? 'rose to' : 'was at';
const during = (span: string): string => (span === '' ? english.oneRow : `for ${span}`);
const within = (span: string): string => (span === '' ? english.oneRow : `within ${span}`);
const over = (span: string): string => (span === '' ? english.oneRow : `over ${span}`);

const chinese: Words = {
  kinds: {
    spike: '尖峰',
    'level-shift': '水平突变',
    drift: '缓慢漂移',
    variance: '波动变化',
    flat: '数值不变',
    gap: '数据中断',
    frequency: '节奏变化',
    correlation: '关联中断',
    unusual: '走势异常',
  },
  units: { d: ' 天', h: ' 小时', min: ' 分钟', s: ' 秒', ms: ' 毫秒' },
  stop: '。',
  clause: '；',
  to: ' 至 ',
  oneRow: '仅一行',
  list: (names) => [names.slice(0, -1).join('、'), names.at(-1)].filter(Boolean).join(' 和 '),
  expected: (range) => `，正常范围 ${range}`,
  usual: (value) => `，平时为 ${value}`,
  spike: (name, direction, value, span, expected) =>
    `${name} ${moved(direction)} ${value}，${lasted(span)}${expected}`,
  reached: (name, direction, value, span, expected) => {
    const most = `最${direction < 0 ? '低' : '高'}${moved(direction)} ${value}`;
    return span === ''
      ? `${name} ${most}，${chinese.oneRow}${expected}`
      : `${name} 在 ${span}内${most}${expected}`;
  },
  levelShift: (name, direction, value, span, rest) =>
    span === ''
      ? `${name} ${moved(direction)} ${value}，${chinese.oneRow}${rest}`
      : `${name} ${moved(direction)} ${value} 并保持 ${span}${rest}`,
  drift: (name, direction, from, to, span) => {
    const change = `从 ${from} 缓慢${direction < 0 ? '降' : '升'}到 ${to}`;
    return span === '' ? `${name} ${change}，${chinese.oneRow}` : `${name} 在 ${span}内${change}`;
  },
  variance: (name, times, isWider, span) => {
    const change = isWider ? `增大到 ${times} 倍` : `减小到 1/${times}`;
    return `${name} 的波动${change}，${lasted(span)}`;
  },
  increment: (name) => `${name} 每行增量`,
  fellBack: (name, span) => `${name} 只应增加，却发生回退，${lasted(span)}`,
  flat: (name, value, span) => `${name} 停在 ${value} 不变，${lasted(span)}`,
  gap: (name, span) => `${name} 没有数据，${lasted(span)}`,
  frequency: (name, times, isFaster, span) =>
    `${name} 的摆动${isFaster ? `加快到 ${times} 倍` : `放慢到 1/${times}`}，${lasted(span)}`,
  correlation: (name, partner, span) => `${name} 不再跟随 ${partner}，${lasted(span)}`,
  off: (name, direction, value, span, expected) => {
    const side = direction < 0 ? '偏低' : '偏高';
    const when = span === '' ? `有一行${side}` : `在 ${span}内一度${side}`;
    return `${name} ${when}，为 ${value}${expected}`;
  },
  unusual: (name, span) => `${name} 的走势与预期不符，${lasted(span)}`,
  stoodOut: (names) => `${names} 也异常`,
  manyStoodOut: (count) => `另有 ${count} 个通道也异常`,
  stayedNormal: (names) => `${names} 正常`,
  allStayedNormal: (count) => `其余 ${count} 个通道正常`,
};

const moved = (direction: number): string =>
  direction < 0 ? '降到' : direction > 0 ? '升到' : '为';
const lasted = (span: string): string => (span === '' ? chinese.oneRow : `持续 ${span}`);

const WORDS: Readonly<Record<Language, Words>> = { en: english, 'zh-CN': chinese };

export function kindWord(kind: EventKind, language: Language = 'en'): string {
  return WORDS[language].kinds[kind];
}

/** "Pressure fell to 2.1 bar for 40 s where 3.4–3.6 bar was expected; flow stayed normal." */
export function eventSentence(
  event: AnomalyEvent,
  channels: readonly Channel[],
  language: Language = 'en',
): string {
  const words = WORDS[language];
  const [first, ...others] = event.channels;
  const clauses = [whatHappened(event, first, unitOf(first.name, channels), words)];
  const out = others.filter(({ stoodOut }) => stoodOut);
  const normal = others.filter(({ stoodOut }) => !stoodOut);
  if (out.length > NAMES_MAX) clauses.push(words.manyStoodOut(out.length));
  else if (out.length > 0) clauses.push(words.stoodOut(namesOf(out, words), out.length === 1));
  if (out.length === 0 && normal.length > NAMES_MAX) {
    clauses.push(words.allStayedNormal(normal.length));
  } else if (normal.length > 0 && normal.length <= NAMES_MAX) {
    clauses.push(words.stayedNormal(namesOf(normal, words)));
  }
  return clauses.join(words.clause).trim() + words.stop;
}

function whatHappened(
  { kind, evidence, start, end }: AnomalyEvent,
  first: ChannelShare,
  unit: string,
  words: Words,
): string {
  const name = first.counts ? words.increment(first.name) : first.name;
  const number = (value: number): string => `${formatNumber(value)}${unit}`;
  const span = spanOf(end - start, words);
  const { observed, expectedLow, expectedHigh } = first;
  const known = [observed, expectedLow, expectedHigh].every(Number.isFinite);
  const range = known ? rangeOf(expectedLow, expectedHigh, unit, words) : '';
  const expected = known ? words.expected(range) : '';
  const isEnd = (value: number): boolean =>
    [expectedLow, expectedHigh].some((end) => formatNumber(end) === formatNumber(value));
  const side = (value: number): number =>
    isEnd(value) ? 0 : sideOf(value, expectedLow, expectedHigh);
  const outside = side(observed);
  const direction = Math.sign(evidence.during - evidence.before);
  const ratio = evidence.during / evidence.before;
  const times = formatTimes(Math.max(ratio, 1 / ratio));
  if (first.counts && observed < 0) return words.fellBack(first.name, span);
  switch (kind) {
    case 'spike':
      if (outside === 0) return words.unusual(name, span);
      return isLasting(observed, evidence) && side(evidence.during) === outside
        ? words.spike(name, outside, number(observed), span, expected)
        : words.reached(name, outside, number(observed), span, expected);
    case 'level-shift':
      return words.levelShift(
        ...([name, direction, number(evidence.during), span] as const),
        // The range covers more than the usual; what has moved may still lie inside.
        side(evidence.during) !== 0 ? expected : words.usual(number(evidence.before)),
      );
    case 'drift':
      return words.drift(
        ...([name, direction, number(evidence.before), number(evidence.during), span] as const),
      );
    case 'variance':
      return words.variance(name, times, ratio > 1, span);
    case 'frequency':
      return words.frequency(name, times, ratio > 1, span);
    case 'flat':
      return words.flat(name, number(evidence.during), span);
    case 'gap':
      return words.gap(name, span);
    case 'correlation':
      return words.correlation(name, evidence.partner ?? '', span);
    case 'unusual':
      if (outside !== 0) return words.off(name, outside, number(observed), span, expected);
      return words.unusual(name, span);
  }
}

/** Most of the way was kept all along, not only reached. */
const isLasting = (observed: number, { before, during }: AnomalyEvent['evidence']): boolean =>
  !(Math.abs(during - before) < LASTING_SHARE * Math.abs(observed - before));

/** "3.4–3.6 bar", "-2 to 3 bar"; both ends alike are one number. */
function rangeOf(low: number, high: number, unit: string, { to }: Words): string {
  const [a, b] = [formatNumber(low), formatNumber(high)];
  return a === b ? `${a}${unit}` : `${a}${low < 0 ? to : '–'}${b}${unit}`;
}

const formatTimes = (times: number): string => String(Number(times.toFixed(times >= 10 ? 0 : 1)));

function spanOf(ms: number, { units }: Words): string {
  if (ms === 0) return '';
  return durationParts(ms)
    .map(([value, unit]) => `${value}${units[unit]}`)
    .join(' ');
}

function namesOf(shares: readonly ChannelShare[], words: Words): string {
  return words.list(shares.map(({ name }) => name));
}

function unitOf(name: string, channels: readonly Channel[]): string {
  const unit = channels.find((channel) => channel.name === name)?.unit;
  return unit ? ` ${unit}` : '';
}
