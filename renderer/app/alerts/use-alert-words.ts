/** Ways to tell, hours and messages in plain words of the language in use. */
import { useI18n } from 'vue-i18n';
import type { DayPart, ReportSchedule, SinkConfig } from '../../../shared/domain/alert.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useStreams } from '../stores/streams.ts';

const DAYS_IN_WEEK = 7;
/** 2026-02-01 is a Sunday. */
const SUNDAY_MS = Date.UTC(2026, 1, 1);
const DAY_MS = 86_400_000;

/** "08:05" of minutes since midnight. */
export function clockText(minutes: number): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${part(Math.floor(minutes / 60))}:${part(minutes % 60)}`;
}

export function useAlertWords() {
  const { t, locale } = useI18n();
  const alerts = useAlerts();
  const streams = useStreams();

  const list = (parts: readonly string[], type: 'conjunction' | 'disjunction'): string =>
    new Intl.ListFormat(locale.value, { type }).format(parts);

  function weekday(day: number): string {
    const format = new Intl.DateTimeFormat(locale.value, { weekday: 'short', timeZone: 'UTC' });
    return format.format(SUNDAY_MS + day * DAY_MS);
  }

  function hours({ from, to, weekdays }: DayPart): string {
    const times = `${clockText(from)}–${clockText(to)}`;
    if (weekdays.length === 0 || weekdays.length === DAYS_IN_WEEK) return times;
    // A week begins on Monday.
    const days = weekdays.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map(weekday);
    return `${list(days, 'conjunction')} ${times}`;
  }

  const streamName = (id: number): string =>
    streams.byId.get(id)?.name ?? t('alerts.rule.goneStream');

  function sinkNames(ids: readonly number[]): string {
    if (ids.length === 0) return t('alerts.rule.nobody');
    const names = ids.map((id) => alerts.sinkById.get(id)?.name ?? t('alerts.rule.goneSink'));
    return list(names, 'conjunction');
  }

  function sinkText(config: SinkConfig): string {
    switch (config.kind) {
      case 'webhook':
        return `${config.method} ${config.url}`;
      case 'mqtt':
        return `${config.url} · ${config.prefix}/…`;
      case 'email':
        return `${list(config.to, 'conjunction')} · ${config.host}:${config.port}`;
      case 'program':
        return [config.path, ...config.args].join(' ');
      case 'syslog':
        return `${config.protocol}://${config.host}:${config.port}`;
      case 'desktop':
      case 'sound':
        return t(`alerts.sink.about.${config.kind}`);
    }
  }

  function scheduleSentence(schedule: ReportSchedule): string {
    const { every, at, weekday: day, format, sinks } = schedule;
    const words = {
      ...{ stream: streamName(schedule.streamId), format: format.toUpperCase() },
      ...{ time: clockText(at), day: weekday(day), who: sinkNames(sinks) },
    };
    return t(`reports.schedule.${every}`, words);
  }

  return {
    ...{ list, weekday, hours, sinkNames, streamName, sinkText },
    ...{ scheduleSentence },
  };
}
