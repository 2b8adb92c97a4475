/** Commands of the whole window, and the keys of the views. */
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import type { KeyCommands } from '../keys.ts';
import { notifyProblem } from '../notify.ts';
import { useSettings } from '../stores/settings.ts';
import { useStreams } from '../stores/streams.ts';
import { useTheme } from '../stores/theme.ts';
import { useCommands, type Command } from './commands.ts';

export interface WindowActs {
  demo(): void;
  shortcuts(): void;
  tour(): void;
}

interface View {
  readonly key: string;
  readonly name: string;
  readonly path: string;
}

export function useViewCommands({ demo, shortcuts, tour }: WindowActs): () => KeyCommands {
  const { t, locale } = useI18n();
  const router = useRouter();
  const streams = useStreams();
  const settings = useSettings();
  const theme = useTheme();
  const go = (path: string): void => void router.push(path);
  const choose = (part: Parameters<typeof settings.set>[0]): void =>
    void settings.set(part).catch(notifyProblem);

  function views(): readonly View[] {
    const id = Number(router.currentRoute.value.params['id'] ?? streams.list[0]?.id ?? 0);
    const ofStream = [
      { key: '2', name: t('nav.stream'), path: `/stream/${id}` },
      { key: '4', name: t('nav.threshold'), path: `/threshold/${id}` },
      { key: '5', name: t('nav.learn'), path: `/learn/${id}` },
      { key: '6', name: t('nav.activities'), path: `/activities/${id}` },
    ];
    return [
      { key: '1', name: t('nav.home'), path: '/' },
      ...(id > 0 ? ofStream : []),
      { key: '3', name: t('nav.events'), path: '/events' },
      { key: '7', name: t('nav.reports'), path: '/reports' },
      { key: '8', name: t('nav.alerts'), path: '/alerts' },
      { key: '', name: t('nav.settings'), path: '/settings' },
    ];
  }

  useCommands((): readonly Command[] => [
    ...views().map(({ key, name, path }) => ({
      ...{ id: path, title: t('palette.go', { name }), run: () => go(path) },
      ...(key && { key }),
    })),
    ...streams.list.map(({ id, name }) => ({
      ...{ id: `stream ${id}`, title: t('palette.open', { name }) },
      run: () => go(`/stream/${id}`),
    })),
    { id: 'connect', title: t('home.connect'), run: () => go('/connect') },
    { id: 'demo', title: t('home.demo'), run: demo },
    { id: 'tour', title: t('palette.tour'), run: tour },
    {
      ...{ id: 'language', title: t('palette.language') },
      run: () => choose({ language: locale.value === 'en' ? 'zh-CN' : 'en' }),
    },
    { id: 'theme', title: t('palette.theme'), run: () => choose({ theme: theme.next() }) },
    { id: 'sheet', title: t('shortcuts.title'), key: '?', run: shortcuts },
  ]);

  return () =>
    Object.fromEntries(
      views()
        .filter(({ key }) => key !== '')
        .map(({ key, path }) => [key, () => go(path)]),
    );
}
