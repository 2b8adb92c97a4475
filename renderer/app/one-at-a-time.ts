/** One question is on its way at a time; what changed meanwhile is asked after, once. */
import { ref } from 'vue';
import { notifyProblem } from './notify.ts';

export function oneAtATime(ask: () => Promise<void>, isAsking = ref(false)): () => void {
  let stale = false;
  const run = async (): Promise<void> => {
    isAsking.value = true;
    try {
      do {
        stale = false;
        await ask();
      } while (stale);
    } catch (error) {
      notifyProblem(error);
    } finally {
      isAsking.value = false;
    }
  };
  return () => {
    if (isAsking.value) stale = true;
    else void run();
  };
}
