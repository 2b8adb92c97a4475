/** What menus, file arguments and notifications want of this window. */
import type { ShellCommand } from '../../shared/contract/shell-api.ts';
import { engine } from './engine.ts';
import { notifyProblem } from './notify.ts';

type Runs = {
  [K in ShellCommand['kind']]: (command: Extract<ShellCommand, { kind: K }>) => unknown;
};

/** Begin to listen once there is a view to show it in. */
export function useShell(runs: Runs): { listen(): Promise<void> } {
  const run = async (command: ShellCommand): Promise<void> => {
    try {
      await runs[command.kind](command as never);
    } catch (error) {
      notifyProblem(error);
    }
  };
  return {
    listen: async () => {
      engine.on('shell.command', (command) => void run(command));
      for (const command of await engine.call('shell.pending')) await run(command);
    },
  };
}
