/** Judging events: each act is told with its undo. */
import { useI18n } from 'vue-i18n';
import type { KeptEvent, KeptProblem, TriageChange } from '../../../shared/domain/kept-event.ts';
import { engine } from '../engine.ts';
import { notify, notifyProblem } from '../notify.ts';
import { useStreams } from '../stores/streams.ts';

export type Judged = Pick<KeptEvent | KeptProblem, 'id' | 'triage'>;

export function useTriage() {
  const { t } = useI18n();
  const streams = useStreams();

  async function send(id: number, change: TriageChange): Promise<void> {
    streams.note(await engine.call('event.triage', id, change));
  }

  /** Changes what is said of an event and offers to take it back. */
  function judge({ id, triage }: Judged, change: TriageChange, said: string): void {
    const before: TriageChange = {
      acknowledged: triage.acknowledged !== null,
      verdict: triage.verdict,
      note: triage.note,
      label: triage.label,
    };
    const undo = (): void => void send(id, before).catch(notifyProblem);
    send(id, change)
      .then(() => notify(said, { label: t('stream.undo'), run: undo }))
      .catch(notifyProblem);
  }

  return {
    /** The same verdict again takes it back. */
    confirm: (event: Judged) => {
      const isTaken = event.triage.verdict === 'confirmed';
      const verdict = isTaken ? null : 'confirmed';
      judge(event, { verdict, acknowledged: true }, t(`triage.said.${verdict ?? 'open'}`));
    },
    dismiss: (event: Judged) => {
      const isTaken = event.triage.verdict === 'dismissed';
      const verdict = isTaken ? null : 'dismissed';
      judge(event, { verdict, acknowledged: true }, t(`triage.said.${verdict ?? 'open'}`));
    },
    acknowledge: (event: Judged) => {
      const acknowledged = event.triage.acknowledged === null;
      judge(event, { acknowledged }, t(`triage.said.${acknowledged ? 'seen' : 'unseen'}`));
    },
    note: (event: Judged, note: string) => judge(event, { note }, t('triage.said.noted')),
    label: (event: Judged, label: string) => judge(event, { label }, t('triage.said.labelled')),
  };
}

/** What events were called, each once. */
export function labelsOf(events: readonly Judged[]): readonly string[] {
  const labels = events.map(({ triage }) => triage.label).filter((label) => label !== '');
  return [...new Set(labels)].sort();
}

/** open, acknowledged, confirmed or dismissed. */
export function stateOf({ triage, isOpen }: Pick<KeptEvent, 'triage' | 'isOpen'>) {
  if (triage.verdict) return triage.verdict;
  if (triage.acknowledged !== null) return 'acknowledged';
  return isOpen ? 'going' : 'open';
}
