/** The person's choices, as the engine keeps them; every window follows. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import {
  DEFAULT_SETTINGS,
  type MoveState,
  type Settings,
} from '../../../shared/domain/settings.ts';
import { engine } from '../engine.ts';
import { setLanguage } from '../i18n/i18n.ts';
import { useTheme } from './theme.ts';

export const useSettings = defineStore('settings', () => {
  const theme = useTheme();
  const settings = shallowRef<Settings>(DEFAULT_SETTINGS);
  /** A move of the workspace under way, or the last one. */
  const move = shallowRef<MoveState | null>(null);

  const use = (next: Settings): void => {
    settings.value = next;
    theme.use(next.theme);
    setLanguage(next.language);
  };
  engine.on('settings.changed', use);
  engine.on('workspace.moving', (state) => (move.value = state));

  return {
    settings,
    move,
    load: async () => use(await engine.call('settings.get')),
    set: async (part: Partial<Settings>) => use(await engine.call('settings.set', part)),
  };
});
