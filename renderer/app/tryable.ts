/** Work that may fail and be tried again: why it failed is kept for the view that shows it. */
import { ref, type Ref } from 'vue';
import { messageOf } from './notify.ts';

export interface Tryable {
  /** Of the last try; empty: it went well, or is still at it. */
  readonly failure: Readonly<Ref<string>>;
  /** Never rejects. */
  run(): Promise<void>;
}

export function tryable(work: () => Promise<void>): Tryable {
  const failure = ref('');
  const run = async (): Promise<void> => {
    try {
      await work();
      failure.value = '';
    } catch (error) {
      failure.value = messageOf(error);
    }
  };
  return { failure, run };
}
