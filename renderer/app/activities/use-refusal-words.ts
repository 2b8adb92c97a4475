/** Why a place of a file of labels cannot be taken, in the language in use. */
import { useI18n } from 'vue-i18n';
import type { LabelFormat, NewLabel, RefusedLabel } from '../../../shared/domain/activity.ts';
import { formatMoment } from '../../../shared/domain/words.ts';

const TEXT_LENGTH = 60;

export function useRefusalWords(hasTime: () => boolean) {
  const { t } = useI18n();
  const moment = (ms: number): string => formatMoment(ms, hasTime()).slice(0, 19);
  const nameOf = ({ kind, activity }: NewLabel): string => (kind === 'activity' ? activity : kind);

  function reason(one: RefusedLabel): string {
    if ('fault' in one) {
      const { fault } = one;
      if (fault.code === 'too-few-fields') {
        const { count: n } = fault;
        return t('activities.file.faults.too-few-fields', { n }, n);
      }
      return t(`activities.file.faults.${fault.code}`, { text: short(fault.text) });
    }
    const { label, refusal } = one;
    const own = { name: nameOf(label), start: moment(label.start), end: moment(label.end) };
    if (refusal.code === 'overlap') {
      const { other } = refusal;
      const place = { from: moment(other.start), to: moment(other.end) };
      return t('activities.file.faults.overlap', { ...own, ...place, other: nameOf(other) });
    }
    if (refusal.code === 'outside') {
      const { data } = refusal;
      if (!data) return t('activities.file.faults.empty', own);
      const held = { from: moment(data.from), to: moment(data.to) };
      return t('activities.file.faults.outside', { ...own, ...held });
    }
    return t(`activities.file.faults.${refusal.code}`, own);
  }

  return {
    reason,
    place: (format: LabelFormat, { place }: RefusedLabel): string =>
      format === 'label-studio'
        ? t('activities.file.labelNumber', { place })
        : t('activities.file.line', { place }),
  };
}

function short(text: string): string {
  return text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)} …` : text;
}
