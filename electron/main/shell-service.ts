/** What pages ask of the shell, answered; and the move of the workspace, which only it can do. */
import { dialog, shell, type BrowserWindow } from 'electron';
import type { Handlers } from '../../shared/contract/server.ts';
import type { ShellApi } from '../../shared/contract/shell-api.ts';
import type { MoveState } from '../../shared/domain/settings.ts';
import { rememberWorkspace } from '../engine/default-workspace.ts';
import { log } from '../engine/log.ts';
import type { EngineHost } from '../engine/thread/engine-host.ts';
import { checkTarget, moveWorkspace, removeMoved } from '../engine/workspace-move.ts';
import { chooseFolder } from './open-workspace.ts';
import { QUIT_MS_MAX } from './quit.ts';
import { setStartAtLogin, startsAtLogin } from './start-at-login.ts';
import { canUpdate, checkUpdate } from './updates.ts';
import type { Windows } from './windows.ts';
import type { Words } from './words.ts';

export interface ShellPlace {
  readonly host: EngineHost;
  readonly windows: Windows;
  readonly logFolder: string;
  words(): Words;
  wantsUpdates(): Promise<boolean>;
  /** Tells every page. */
  onMove(state: MoveState): void;
}

export function shellHandlers(place: ShellPlace, window: BrowserWindow): Handlers<ShellApi> {
  return {
    'shell.abilities': () => ({
      canMoveWorkspace: true,
      canStartAtLogin: true,
      canOpenLogs: true,
      canUpdate: canUpdate(),
    }),
    'shell.pending': () => place.windows.takePending(window),
    'shell.chooseFolder': () => chooseFolder(place.words()),
    'shell.moveWorkspace': (folder) => move(place, folder),
    'shell.openLogs': () => openLogs(place.logFolder),
    'shell.startsAtLogin': () => startsAtLogin(),
    'shell.setStartAtLogin': (starts) => setStartAtLogin(starts),
    'shell.checkUpdate': async () => checkUpdate(await place.wantsUpdates()),
  };
}

/** The system answers a reason when it cannot show the folder. */
export async function openLogs(folder: string): Promise<void> {
  const reason = await shell.openPath(folder);
  if (reason) dialog.showErrorBox('Offbeat', `${folder}\n\n${reason}`);
}

/** The engine is closed meanwhile; pages wait for it and are told how far it is. */
async function move(place: ShellPlace, folder: string): Promise<void> {
  const { host, onMove } = place;
  const former = host.workspace;
  await checkTarget(former, folder);
  await host.close(QUIT_MS_MAX);
  let last: MoveState | null = null;
  try {
    await moveWorkspace(former, folder, (state) => onMove((last = state)));
    await host.open(folder);
    rememberWorkspace(folder);
    await removeMoved(former);
    if (last) onMove({ ...(last as MoveState), status: 'done' });
  } catch (error) {
    const failure = (error as Error).message;
    log.error(`The workspace could not be moved to ${folder}.`, error);
    await host.open(former);
    const none = { doneBytes: 0, totalBytes: 0 };
    onMove({ ...none, ...(last ?? {}), target: folder, status: 'failed', failure });
    throw error;
  }
}
