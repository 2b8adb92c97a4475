/**
 * Notices in the browser shell: by the browser, with a sound, while nobody looks at the page; as a
 * short message in it else. The desktop shell shows its own, whether a window is open or not.
 */
import type { Notice } from '../../shared/domain/notice.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { playAlarm } from './alarm-sound.ts';
import { engine } from './engine.ts';
import { notify, notifyProblem } from './notify.ts';

const RANK_OF = { low: 0, medium: 1, high: 2 } as const;

function isWanted({ severity }: Notice, { notices }: Settings): boolean {
  if (!notices.desktop) return false;
  return severity === null || RANK_OF[severity] >= RANK_OF[notices.severityMin];
}

const canShow = (): boolean => 'Notification' in window && Notification.permission === 'granted';

/** `open`: what a click on the notice shows. */
export function showNotices(settings: () => Settings, open: (notice: Notice) => void): void {
  const act = (notice: Notice, action: string): void =>
    void engine.call('notice.act', notice.id, action).catch(notifyProblem);
  engine.on('notice.raised', (notice) => {
    const isUnseen = document.hidden || !document.hasFocus();
    if (isUnseen && isWanted(notice, settings())) {
      if (notice.severity) void playAlarm(notice.severity).catch(() => undefined);
      if (canShow()) return showByBrowser(notice, () => open(notice));
    }
    const [first] = notice.actions;
    const button = first && { label: first.label, run: () => act(notice, first.id) };
    notify(notice.title, button);
  });
}

/** Pages of one browser share the tag, so that each notice shows once. */
function showByBrowser({ id, title, body, severity }: Notice, open: () => void): void {
  const shown = new Notification(title, {
    ...{ body, tag: id, requireInteraction: severity === 'high' },
  });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
    open();
  });
}
