/** Notices of the engine as the system's notifications, with their buttons where it has them. */
import { Notification } from 'electron';
import type { Notice } from '../../shared/domain/notice.ts';
import type { Settings } from '../../shared/domain/settings.ts';

export interface NoticeAnswers {
  /** The notification itself was clicked. */
  open(notice: Notice): void;
  act(notice: Notice, action: string): void;
}

const RANK_OF = { low: 0, medium: 1, high: 2 } as const;
/** Shown ones are held, or the system's answer would find nobody. */
const shown = new Set<Notification>();
const SHOWN_MAX = 50;

export function isWanted(notice: Notice, { notices }: Settings): boolean {
  if (!notices.desktop) return false;
  return notice.severity === null || RANK_OF[notice.severity] >= RANK_OF[notices.severityMin];
}

export function showNotice(notice: Notice, answers: NoticeAnswers): void {
  if (!Notification.isSupported()) return;
  const { title, body, severity, actions } = notice;
  const notification = new Notification({
    title,
    body,
    urgency: severity === 'high' ? 'critical' : 'normal',
    actions: actions.map(({ label }) => ({ type: 'button', text: label })),
  });
  const [oldest] = shown;
  if (shown.size >= SHOWN_MAX) shown.delete(oldest);
  shown.add(notification);
  const over = (): void => void shown.delete(notification);
  notification.on('click', () => {
    over();
    answers.open(notice);
  });
  notification.on('action', (_event, index) => {
    over();
    const action = actions[index];
    if (action) answers.act(notice, action.id);
  });
  notification.on('close', over);
  notification.show();
}
