/** Removing with its undo, and saving with what went wrong. */
import { useI18n } from 'vue-i18n';
import { engine } from '../engine.ts';
import { notify, notifyProblem } from '../notify.ts';

type Kind = 'rule' | 'sink';

export function useDeleting() {
  const { t } = useI18n();

  function remove(kind: Kind, { id, name }: { readonly id: number; readonly name: string }): void {
    const undo = (): void => void engine.call(`${kind}.restore`, id).catch(notifyProblem);
    engine
      .call(`${kind}.remove`, id)
      .then(() => notify(t('stream.removed', { name }), { label: t('stream.undo'), run: undo }))
      .catch(notifyProblem);
  }
  return { remove };
}
