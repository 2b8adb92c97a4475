/**
 * A threshold is put in force by a model that differs from the one before by it alone. Undo takes
 * the former model back.
 */
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ThresholdSpec } from '../../../shared/domain/threshold.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import { engine } from '../engine.ts';
import { notify, notifyProblem } from '../notify.ts';
import { useJobs } from '../stores/jobs.ts';
import type { KnownStream } from '../stores/streams.ts';

export function useApply(stream: () => KnownStream) {
  const { t } = useI18n();
  const jobs = useJobs();
  const isApplying = ref(false);

  async function apply(threshold: ThresholdSpec): Promise<void> {
    const { model, id } = stream();
    if (!model || isApplying.value) return;
    isApplying.value = true;
    try {
      const job = await engine.call('threshold.apply', id, threshold);
      jobs.keep(job);
      const { status } = await jobs.whenEnded(job);
      if (status !== 'done') return;
      const undo = (): void => void engine.call('model.activate', model.id).catch(notifyProblem);
      const said = t('whatIf.applied', { value: formatNumber(threshold.parameter) });
      notify(said, { label: t('stream.undo'), run: undo });
    } finally {
      isApplying.value = false;
    }
  }
  return { apply, isApplying };
}
