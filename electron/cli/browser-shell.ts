/** What the browser shell can do of a desktop's: nothing, and it says so. */
import { Failure } from '../../shared/contract/failure.ts';
import type { Handlers } from '../../shared/contract/server.ts';
import type { ShellApi } from '../../shared/contract/shell-api.ts';

const refuse = (): never => {
  throw new Failure('refused', 'Only the desktop application can do this, not a browser.');
};

export const browserShellHandlers: Handlers<ShellApi> = {
  'shell.abilities': () => ({
    canMoveWorkspace: false,
    canStartAtLogin: false,
    canOpenLogs: false,
    canUpdate: false,
  }),
  'shell.pending': () => [],
  'shell.chooseFolder': refuse,
  'shell.moveWorkspace': refuse,
  'shell.openLogs': refuse,
  'shell.startsAtLogin': () => false,
  'shell.setStartAtLogin': refuse,
  'shell.checkUpdate': () => ({ status: 'off', version: null, failure: null }),
};
