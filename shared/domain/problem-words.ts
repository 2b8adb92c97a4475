/** Trouble with the data as a sentence, in both languages. */
import type { DataProblem } from './data-problem.ts';
import type { Language } from './event-words.ts';
import { formatCount, formatDuration, formatNumber } from './words.ts';

type Sentence = (problem: DataProblem) => string;

const span = ({ start, end }: DataProblem): string => formatDuration(end - start);
const because = ({ detail }: DataProblem): string => (detail ? `: ${detail}` : '');
const isLonger = ({ found, expected }: DataProblem): boolean => found > expected;
const whose = ({ detail }: DataProblem): boolean => detail === 'machine';
const times = ({ found, expected }: DataProblem): string => (found / expected).toFixed(1);
const jump = ({ found }: DataProblem): string => formatDuration(Math.abs(found));

const ENGLISH: Readonly<Record<DataProblem['kind'], Sentence>> = {
  gap: (p) =>
    `No rows for ${formatDuration(p.found)}; one every ${formatDuration(p.expected)} is usual.`,
  stale: (p) => `Nothing came for ${formatDuration(p.found)}.`,
  flat: (p) => `${p.channel} stays at ${formatNumber(p.found)} for ${span(p)}.`,
  range: (p) =>
    `${p.channel} went to ${formatNumber(p.found)}, beyond its limit ${formatNumber(p.expected)}.`,
  clock: (p) =>
    `The clock of ${whose(p) ? 'this computer' : 'the device'} stepped ` +
    `${p.found < 0 ? 'back' : 'ahead'} by ${jump(p)}.`,
  drift: (p) => `The clock of the device ${p.found < 0 ? 'gains' : 'loses'} ${jump(p)} an hour.`,
  late: (p) => `${formatCount(p.found)} rows came late; they are kept and not scored.`,
  duplicate: (p) => `${formatCount(p.found)} rows came for times that had values; the last stand.`,
  dropped: (p) => `${formatCount(p.found)} pieces were lost, since storing was too slow.`,
  unreadable: (p) => `${formatCount(p.found)} rows could not be read${because(p)}`,
  source: (p) => `The source was lost for ${span(p)}${because(p)}`,
  storage: (p) => `Nothing could be stored for ${span(p)}${because(p)}`,
  model: (p) => `A model could not go on${because(p)}`,
  order: (p) => `${p.detail}: the labels never show this order.`,
  dwell: (p) =>
    `${p.detail} took ${formatDuration(p.found)}; the ${isLonger(p) ? 'longest' : 'shortest'} ` +
    `labelled took ${formatDuration(p.expected)}.`,
  shape: (p) =>
    `${p.channel} took a shape never seen, ${times(p)} times as unlike the past as any before it.`,
  moved: (p) =>
    `For ${span(p)} scores have been ${p.found.toFixed(1)} times those of normal. If this is ` +
    `normal now, learn again from here; ${formatCount(p.expected)} confirmed incidents stay out.`,
};

const CHINESE: Readonly<Record<DataProblem['kind'], Sentence>> = {
  gap: (p) =>
    `缺少 ${formatDuration(p.found)} 的数据行；通常每 ${formatDuration(p.expected)} 一行。`,
  stale: (p) => `已有 ${formatDuration(p.found)} 没有收到数据。`,
  flat: (p) => `${p.channel} 停在 ${formatNumber(p.found)} 已 ${span(p)}。`,
  range: (p) =>
    `${p.channel} 达到 ${formatNumber(p.found)}，超出限值 ${formatNumber(p.expected)}。`,
  clock: (p) => `${whose(p) ? '本机' : '设备'}时钟${p.found < 0 ? '倒退' : '前跳'}了 ${jump(p)}。`,
  drift: (p) => `设备时钟每小时${p.found < 0 ? '快' : '慢'} ${jump(p)}。`,
  late: (p) => `${formatCount(p.found)} 行迟到；已保存，但不评分。`,
  duplicate: (p) => `${formatCount(p.found)} 行的时间点已有数值；以后到的为准。`,
  dropped: (p) => `存储太慢，丢失了 ${formatCount(p.found)} 段数据。`,
  unreadable: (p) => `${formatCount(p.found)} 行无法读取${because(p)}`,
  source: (p) => `数据源中断了 ${span(p)}${because(p)}`,
  storage: (p) => `有 ${span(p)} 无法存储${because(p)}`,
  model: (p) => `模型无法继续${because(p)}`,
  order: (p) => `${p.detail}：标注中从未出现过这一顺序。`,
  dwell: (p) =>
    `${p.detail} 持续 ${formatDuration(p.found)}；标注中${isLonger(p) ? '最长' : '最短'}为 ` +
    `${formatDuration(p.expected)}。`,
  shape: (p) => `${p.channel} 出现从未见过的形状，与过往的差异为此前最大差异的 ${times(p)} 倍。`,
  moved: (p) =>
    `${span(p)}以来分数为正常时的 ${p.found.toFixed(1)} 倍。如果现在这样才算正常，请从这里起重新` +
    `学习；已确认的 ${formatCount(p.expected)} 个事件不参与学习。`,
};

export function problemSentence(problem: DataProblem, language: Language = 'en'): string {
  return (language === 'en' ? ENGLISH : CHINESE)[problem.kind](problem);
}
