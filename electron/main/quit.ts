/** Quitting waits until the engine has put its work away and committed, but not for ever. */
import { app } from 'electron';

/** The system may end what takes longer at shutdown. */
export const QUIT_MS_MAX = 5000;

export function closeOnQuit(save: () => void, close: (limitMs: number) => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('before-quit', save);
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void close(QUIT_MS_MAX)
      .catch(() => undefined)
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
}
