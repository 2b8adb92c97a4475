/** Dark, light or as the system has it; charts read the tokens in use from here. */
import { defineStore } from 'pinia';
import { computed, ref, watchEffect } from 'vue';
import { readPalette } from '../charts/palette.ts';

export type ThemeChoice = 'system' | 'dark' | 'light';
const CHOICES: readonly ThemeChoice[] = ['system', 'dark', 'light'];
const KEPT_AS = 'offbeat.theme';

export const useTheme = defineStore('theme', () => {
  const kept = localStorage.getItem(KEPT_AS) as ThemeChoice | null;
  const choice = ref<ThemeChoice>(kept && CHOICES.includes(kept) ? kept : 'system');
  const system = window.matchMedia('(prefers-color-scheme: light)');
  const systemIsLight = ref(system.matches);
  system.addEventListener('change', () => (systemIsLight.value = system.matches));

  const theme = computed<'dark' | 'light'>(() => {
    if (choice.value !== 'system') return choice.value;
    return systemIsLight.value ? 'light' : 'dark';
  });
  const palette = ref(readPalette());
  watchEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = theme.value;
    root.classList.toggle('dark', theme.value === 'dark');
    palette.value = readPalette();
  });

  return {
    choice,
    theme,
    palette,
    /** The one after the choice in use. */
    next: (): ThemeChoice => CHOICES[(CHOICES.indexOf(choice.value) + 1) % CHOICES.length],
    /** As the settings say; kept for the first moment of the next window. */
    use: (next: ThemeChoice): void => {
      choice.value = next;
      localStorage.setItem(KEPT_AS, next);
    },
  };
});
