/** What a model says of how it was learnt, in sentences for reports and the command line. */
import type { Language } from '../../../shared/domain/event-words.ts';
import type {
  BackendName,
  BackendReason,
  DetectionMode,
  LayerGradients,
  ModelCard,
  ModeReason,
  TrainingNote,
} from '../../../shared/domain/model.ts';
import { formatNumber } from '../../../shared/domain/words.ts';

const BACKENDS: Readonly<Record<Language, Readonly<Record<BackendName, string>>>> = {
  en: {
    webgl: 'the graphics card (WebGL)',
    wasm: 'the processor (WASM)',
    'wasm-plain': 'the processor (WASM, the same bits everywhere)',
    reference: 'the float64 reference',
  },
  'zh-CN': {
    webgl: '显卡（WebGL）',
    wasm: '处理器（WASM）',
    'wasm-plain': '处理器（WASM，各处结果逐位相同）',
    reference: 'float64 参考实现',
  },
};

/** Which backend, and why. */
export function backendSentence(card: ModelCard, language: Language = 'en'): string {
  const { backend, backendReason } = card;
  const name = BACKENDS[language][backend];
  if (!backendReason) return name;
  return language === 'en'
    ? `${name}: ${reasonText(backendReason)}`
    : `${name}：${chineseReason(backendReason)}`;
}

const MODES: Readonly<Record<Language, Readonly<Record<DetectionMode, string>>>> = {
  en: { stream: 'stream mode', reference: 'reference mode' },
  'zh-CN': { stream: '流式', reference: '参考式' },
};

const MODE_REASONS: Readonly<Record<Language, Readonly<Record<ModeReason, string>>>> = {
  en: {
    asked: 'as asked',
    range: 'a range is named as normal',
    rows: 'first rows of several channels are named as normal',
    unnamed: 'no range is named as normal, so it learns on line',
  },
  'zh-CN': {
    asked: '按指定',
    range: '已指定正常范围',
    rows: '已指定多个通道的前若干行为正常',
    unnamed: '未指定正常范围，因此持续学习',
  },
};

/** "stream mode, as asked". */
export function modeSentence(card: ModelCard, language: Language = 'en'): string {
  const mode = MODES[language][card.mode];
  const why = modeReasonText(card, language);
  return why === '' ? mode : `${mode}${language === 'en' ? ', ' : '，'}${why}`;
}

/** Why a model is of its mode; nothing where that is not known. */
export const modeReasonText = ({ modeReason }: ModelCard, language: Language): string =>
  modeReason ? MODE_REASONS[language][modeReason] : '';

function reasonText(reason: BackendReason): string {
  switch (reason.code) {
    case 'asked':
      return 'as asked';
    case 'no-page':
      return 'no window with WebGL 2 is open';
    case 'software':
      return `${reason.renderer} draws on the processor`;
    case 'failed':
      return `WebGL failed: ${reason.message}`;
    case 'disagreed':
      return `WebGL gave losses that differ by ${formatNumber(100 * reason.difference)} %`;
    case 'measured': {
      const [webgl, wasm] = [formatNumber(reason.webglMs), formatNumber(reason.wasmMs)];
      return `a step took ${webgl} ms by WebGL, ${wasm} ms by WASM`;
    }
  }
}

function chineseReason(reason: BackendReason): string {
  switch (reason.code) {
    case 'asked':
      return '按指定';
    case 'no-page':
      return '没有打开支持 WebGL 2 的窗口';
    case 'software':
      return `${reason.renderer} 用处理器绘图`;
    case 'failed':
      return `WebGL 出错：${reason.message}`;
    case 'disagreed':
      return `WebGL 的损失相差 ${formatNumber(100 * reason.difference)} %`;
    case 'measured': {
      const [webgl, wasm] = [formatNumber(reason.webglMs), formatNumber(reason.wasmMs)];
      return `每步 WebGL ${webgl} 毫秒，WASM ${wasm} 毫秒`;
    }
  }
}

export function noteSentence(note: TrainingNote, language: Language = 'en'): string {
  const { training, step } = note;
  if (language === 'zh-CN') {
    return `第 ${training} 次训练的损失在第 ${step} 步不再是数字；保留了最后一轮正常的权重。`;
  }
  return (
    `The loss of training ${training} stopped being a number at step ${step}; the weights of its ` +
    'last good epoch were kept.'
  );
}

/** One line a layer: how large its gradients were at the end of the last training. */
export function gradientLines(
  gradients: LayerGradients | undefined,
  language: Language = 'en',
): [string, string][] {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return Object.entries(gradients ?? {}).map(([layer, { norm, tiny, huge }]) => [
    layer,
    language === 'en'
      ? `‖g‖ ${formatNumber(norm)}, ${percent(tiny)} vanishing, ${percent(huge)} exploding`
      : `‖g‖ ${formatNumber(norm)}，${percent(tiny)} 过小，${percent(huge)} 过大`,
  ]);
}
