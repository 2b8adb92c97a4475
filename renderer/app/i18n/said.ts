/** What the engine said, in the language of the window; fetched only where it is not English. */
import { computed, shallowRef, watch } from 'vue';
import { createTranslator } from '../../../shared/domain/translate.ts';
import { i18n } from './i18n.ts';

const translate = shallowRef<((text: string) => string) | null>(null);
const isOther = computed(() => i18n.global.locale.value !== 'en');

async function fetchSentences(): Promise<void> {
  const [ofItself, ofSources] = await Promise.all([
    import('./zh-cn-said.json'),
    import('./zh-cn-said-of-sources.json'),
  ]);
  translate.value = createTranslator({ ...ofItself.default, ...ofSources.default });
}
watch(isOther, (other) => void (other && !translate.value && fetchSentences()), {
  immediate: true,
});

/** In English until the sentences are there, and where one is not known. */
export function said(text: string): string {
  return isOther.value && translate.value ? translate.value(text) : text;
}
