/** `offbeat serve`: the whole application in a browser on this machine. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine } from '../engine/engine.ts';
import { portNumber } from './option-values.ts';
import { RENDERER_DIR } from './renderer-dir.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly workspace: string;
  readonly demo: boolean;
  readonly open: boolean;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Open Offbeat in a browser on this machine; nothing else can reach it.')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', portNumber, 0)
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .option('--demo', 'open the simulated pump', false)
    .option('--open', 'open the system browser', false)
    .option('--no-open', 'only print the address')
    .action(run);
}

async function run({ port, workspace, demo, open }: ServeCommandOptions): Promise<void> {
  const folder = resolve(workspace);
  const engine = await createEngine({
    workspace: folder,
    shell: 'browser',
    version: VERSION,
    demo,
    resumesJobs: true,
  });
  try {
    if (demo) await engine.jobs.finished(engine.startDemo().id);
    const shell = await serve({ engine, rendererDir: RENDERER_DIR, port });
    process.stdout.write(`Offbeat is open at ${shell.url}\n`);
    process.stdout.write('The address works once; stop with Ctrl+C.\n');
    if (open) openBrowser(shell.url);
    await stopSignal();
    await shell.close();
  } finally {
    await engine.close();
  }
}

function stopSignal(): Promise<void> {
  return new Promise((stopped) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped());
  });
}

/** The system's browser, if there is one; without one the printed address is enough. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
