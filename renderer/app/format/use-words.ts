/** Sentences, durations and progress in the language in use. */
import { useI18n } from 'vue-i18n';
import type { DataProblem } from '../../../shared/domain/data-problem.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import { eventSentence, type Language } from '../../../shared/domain/event-words.ts';
import type { BackendReason } from '../../../shared/domain/model.ts';
import type { Channel } from '../../../shared/domain/stream.ts';
import { durationParts, formatCount, formatNumber } from '../../../shared/domain/words.ts';
import { said } from '../i18n/said.ts';

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

export function useWords() {
  const { t, locale } = useI18n();

  function duration(ms: number): string {
    if (ms === 0) return t('duration.oneRow');
    const parts = durationParts(ms).map(
      ([value, unit]) => `${value}\u00a0${t(`duration.${unit}`)}`,
    );
    return parts.join('\u00a0');
  }

  const language = (): Language => (locale.value === 'zh-CN' ? 'zh-CN' : 'en');

  function sentence(event: AnomalyEvent, channels: readonly Channel[]): string {
    return eventSentence(event, channels, language());
  }

  function backendReason(reason: BackendReason): string {
    return t(`backend.reason.${reason.code}`, blanksOf(reason));
  }

  /** Trouble with the data in one sentence, with what the system said of it. */
  function problemSentence(problem: DataProblem): string {
    const { kind, channel, found, expected, detail } = problem;
    const told = t(`problems.text.${kind}`, {
      ...{ channel, value: formatNumber(found), limit: formatNumber(expected) },
      ...{ found: duration(Math.abs(found)), expected: duration(expected) },
      ...{ count: formatCount(found), times: (found / expected).toFixed(1) },
    });
    return detail ? `${told} ${said(detail)}` : told;
  }

  return { duration, sentence, backendReason, problemSentence };
}

/** What a reason's sentence leaves blank. */
function blanksOf(reason: BackendReason): Record<string, string> {
  switch (reason.code) {
    case 'software':
      return { renderer: reason.renderer };
    case 'failed':
      return { message: said(reason.message) };
    case 'disagreed':
      return { difference: percent(reason.difference) };
    case 'measured':
      return { webgl: formatNumber(reason.webglMs), wasm: formatNumber(reason.wasmMs) };
    default:
      return {};
  }
}
