/** Sentences, durations and progress in the language in use. */
import { useI18n } from 'vue-i18n';
import type { AnomalyEvent, ChannelShare } from '../../../shared/domain/event.ts';
import type { BackendReason } from '../../../shared/domain/model.ts';
import type { Channel } from '../../../shared/domain/stream.ts';
import { durationParts, formatNumber } from '../../../shared/domain/words.ts';

/** A second channel with at least this share is named in the sentence. */
const NAMED_SHARE_MIN = 0.25;

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

  function sentence(event: AnomalyEvent, channels: readonly Channel[]): string {
    const [first, second] = event.channels;
    const text = departure(first, unitOf(first.name, channels));
    const named = second && second.share >= NAMED_SHARE_MIN;
    const whole = named
      ? t('events.also', { sentence: text, name: second.name, share: percent(second.share) })
      : text;
    return locale.value === 'zh-CN' ? `${whole}。` : `${whole}.`;
  }

  function departure({ name, observed, expectedLow, expectedHigh }: ChannelShare, unit: string) {
    if (![observed, expectedLow, expectedHigh].every(Number.isFinite)) {
      return t('events.odd', { name });
    }
    const range = `${formatNumber(expectedLow)}–${formatNumber(expectedHigh)}${unit}`;
    const words = { name, value: `${formatNumber(observed)}${unit}`, range };
    if (observed < expectedLow) return t('events.fell', words);
    if (observed > expectedHigh) return t('events.rose', words);
    return t('events.within', words);
  }

  function backendReason(reason: BackendReason): string {
    return t(`backend.reason.${reason.code}`, blanksOf(reason));
  }

  return { duration, sentence, backendReason };
}

/** What a reason's sentence leaves blank. */
function blanksOf(reason: BackendReason): Record<string, string> {
  switch (reason.code) {
    case 'software':
      return { renderer: reason.renderer };
    case 'failed':
      return { message: reason.message };
    case 'disagreed':
      return { difference: percent(reason.difference) };
    case 'measured':
      return { webgl: formatNumber(reason.webglMs), wasm: formatNumber(reason.wasmMs) };
    default:
      return {};
  }
}

function unitOf(name: string, channels: readonly Channel[]): string {
  const unit = channels.find((channel) => channel.name === name)?.unit;
  return unit ? ` ${unit}` : '';
}
