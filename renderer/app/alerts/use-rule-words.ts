/** A rule in plain words of the language in use. */
import { useI18n } from 'vue-i18n';
import type { AlertRule } from '../../../shared/domain/alert.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import { useWords } from '../format/use-words.ts';
import { useAlertWords } from './use-alert-words.ts';

export function useRuleWords() {
  const { t, locale } = useI18n();
  const { duration } = useWords();
  const { list, hours, sinkNames, streamName } = useAlertWords();

  /** What makes an alert of it. */
  function condition({ when }: AlertRule): string {
    const { topics, severity, channels, activities } = when;
    const what = topics.length === 1 ? topics[0] : 'any';
    const parts = [t(`alerts.rule.severity.${severity}`, { what: t(`alerts.rule.what.${what}`) })];
    if (when.streams.length > 0) {
      const names = list(when.streams.map(streamName), 'disjunction');
      parts.push(t('alerts.rule.streams', { names }));
    }
    if (channels.length > 0) {
      parts.push(t('alerts.rule.channels', { names: list(channels, 'disjunction') }));
    }
    if (activities.length > 0) {
      parts.push(t('alerts.rule.activities', { names: list(activities, 'disjunction') }));
    }
    if (when.hours) parts.push(t('alerts.rule.hours', { hours: hours(when.hours) }));
    if (when.effectMin > 0) {
      parts.push(t('alerts.rule.effect', { effect: formatNumber(when.effectMin) }));
    }
    if (when.lengthMinMs > 0) {
      parts.push(t('alerts.rule.length', { length: duration(when.lengthMinMs) }));
    }
    return parts.join(locale.value === 'zh-CN' ? '，' : ', ');
  }

  /** One sentence: when, and who is told. */
  function ruleSentence(rule: AlertRule): string {
    return t('alerts.rule.sentence', { when: condition(rule), who: sinkNames(rule.sinks) });
  }

  /** How it is kept from telling too much or too little; one sentence each. */
  function ruleManners(rule: AlertRule): string[] {
    const { quiet, rate, escalation, groupMs, holdMs, tellsEnd } = rule;
    const said: string[] = [];
    if (groupMs > 0) said.push(t('alerts.rule.groups', { time: duration(groupMs) }));
    if (rate) {
      const parts = { n: rate.alerts, time: duration(rate.perMs) };
      said.push(t('alerts.rule.rate', parts, rate.alerts));
    }
    if (quiet) {
      const passes = quiet.passes ? t(`alerts.rule.passes.${quiet.passes}`) : '';
      said.push(t('alerts.rule.quiet', { hours: hours(quiet.hours), passes }));
    }
    if (escalation) {
      const who = sinkNames(escalation.sinks);
      const after = duration(escalation.afterMs);
      said.push(t('alerts.rule.escalates', { after, who, n: escalation.times }, escalation.times));
    }
    if (tellsEnd) {
      const hold = holdMs > 0 ? t('alerts.rule.hold', { time: duration(holdMs) }) : '';
      said.push(t('alerts.rule.end', { hold }));
    }
    return said;
  }

  return { ruleSentence, ruleManners };
}
