/** Opens the workspace; when it cannot be opened, says why and offers another folder. */
import { dialog } from 'electron';
import type { EngineHost } from '../engine/thread/engine-host.ts';
import type { Words } from './words.ts';

/** `opening` is the first try, under way already. False when the person would rather quit. */
export async function openWorkspace(
  host: EngineHost,
  opening: Promise<void>,
  words: Words,
): Promise<boolean> {
  for (let trying = opening; ;) {
    try {
      await trying;
      return true;
    } catch (error) {
      const other = await askForOther(words, (error as Error).message);
      if (other === null) return false;
      trying = host.open(other);
    }
  }
}

async function askForOther(words: Words, reason: string): Promise<string | null> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: words.cannotStart,
    detail: reason,
    buttons: [words.chooseOther, words.quit],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0 ? chooseFolder(words) : null;
}

export async function chooseFolder(words: Words): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    title: words.chooseFolder,
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}
