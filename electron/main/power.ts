/** Keeps the computer awake while something is recorded, and tells of the sleep it had anyway. */
import { powerMonitor, powerSaveBlocker } from 'electron';

/** Call with whether anything is recorded, as often as one likes. */
export function createWakeLock(): (isRecording: boolean) => void {
  let id: number | null = null;
  return (isRecording) => {
    if (isRecording && id === null) id = powerSaveBlocker.start('prevent-app-suspension');
    if (!isRecording && id !== null) {
      powerSaveBlocker.stop(id);
      id = null;
    }
  };
}

/** `slept` is told from when to when, ms, after the computer woke up. */
export function watchSleep(slept: (from: number, to: number) => void): void {
  let since: number | null = null;
  powerMonitor.on('suspend', () => (since = Date.now()));
  powerMonitor.on('resume', () => {
    if (since !== null) slept(since, Date.now());
    since = null;
  });
}
