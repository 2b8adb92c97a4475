/** Words in two languages; the system's language first, the person's choice kept. */
import { createI18n } from 'vue-i18n';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export type Language = 'en' | 'zh-CN';
const KEPT_AS = 'offbeat.language';

/** As chosen last time in this window, until the engine says what the settings are. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === 'en' || kept === 'zh-CN' ? kept : systemLanguage();
}

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCn },
});
document.documentElement.lang = i18n.global.locale.value;

export function setLanguage(chosen: Language | 'system'): void {
  const language = chosen === 'system' ? systemLanguage() : chosen;
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
  localStorage.setItem(KEPT_AS, chosen);
}
