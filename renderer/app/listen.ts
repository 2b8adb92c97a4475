/** What the engine tells, heard for as long as the component or scope that listens is there. */
import { onScopeDispose } from 'vue';
import { engine } from './engine.ts';

export const listen: typeof engine.on = (event, listener) => {
  const end = engine.on(event, listener);
  onScopeDispose(end);
  return end;
};
