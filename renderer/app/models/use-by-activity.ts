/** Whether each activity gets a normal of its own: only who is told what goes on can have that. */
import { ref, shallowRef } from 'vue';
import type { RecogniserCard } from '../../../shared/domain/recogniser.ts';
import { engine } from '../engine.ts';
import { listen } from '../listen.ts';
import { notifyProblem } from '../notify.ts';

export function useByActivity(streamId: () => number) {
  const recogniser = shallowRef<RecogniserCard | null>(null);
  const byActivity = ref(false);
  const load = async (): Promise<void> => {
    recogniser.value = await engine.call('recogniser.active', streamId());
    if (!recogniser.value) byActivity.value = false;
  };
  load().catch(notifyProblem);
  listen('recogniser.changed', () => void load().catch(notifyProblem));
  return { recogniser, byActivity };
}
