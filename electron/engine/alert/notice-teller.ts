/** Sinks that are windows: a notification with a button to acknowledge, or a sound. */
import type { Language } from '../../../shared/domain/event-words.ts';
import type { Engine } from '../engine.ts';
import type { Tell } from './sinks/send.ts';

const ACKNOWLEDGE: Readonly<Record<Language, string>> = { en: 'Acknowledge', 'zh-CN': '确认收到' };
const ACT = 'acknowledge';

export function noticeTeller(engine: Engine, isHeard: () => boolean): Tell {
  return (kind, { title, text: body, severity, stream, alertId, language, kind: about }) => {
    if (!isHeard()) return false;
    if (kind === 'sound') {
      engine.emit('alert.sound', { severity });
      return true;
    }
    const asks = alertId !== null && about !== 'resolve';
    const actions = asks ? [{ id: ACT, label: ACKNOWLEDGE[language] }] : [];
    const streamId = stream?.id ?? null;
    engine.notices.raise({ title, body, severity, streamId, actions }, async (action) => {
      if (action === ACT && alertId !== null) await engine.alerts.acknowledge(alertId);
    });
    return true;
  };
}
