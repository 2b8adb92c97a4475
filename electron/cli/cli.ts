/** The `offbeat` command. */
import { Command, CommanderError } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { serveSerialSources } from '../engine/sources/serial-relay.ts';
import { analyzeCommand } from './analyze-command.ts';
import { benchCommand } from './bench-command.ts';
import { connectCommand } from './connect-command.ts';
import { backupCommand, doctorCommand } from './doctor-command.ts';
import { bundleCommand, verifyCommand } from './bundle-command.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { exportCommand } from './export-command.ts';
import { exportModelCommand } from './export-model-command.ts';
import { labelsCommand } from './label-commands.ts';
import { detectCommand, eventsCommand, trainCommand } from './model-commands.ts';
import { thresholdCommand } from './threshold-command.ts';
import { modelsCommand } from './models-command.ts';
import { recogniseCommand, segmentsCommand } from './recognise-commands.ts';
import { reportCommand } from './report-command.ts';
import { serveCommand } from './serve-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { streamsCommand, tailCommand } from './streams-command.ts';
import { VERSION } from './version.ts';

const program = new Command('offbeat')
  .description('Learns the normal rhythm of a machine and says when a beat is off.')
  .version(VERSION)
  .showHelpAfterError('(run with --help for the options)')
  .exitOverride();
const commands: readonly Command[] = [
  analyzeCommand(),
  trainCommand(),
  detectCommand(),
  eventsCommand(),
  thresholdCommand(),
  modelsCommand(),
  labelsCommand(),
  recogniseCommand(),
  segmentsCommand(),
  reportCommand(),
  bundleCommand(),
  verifyCommand(),
  serveCommand(),
  simulateCommand(),
  connectCommand(),
  streamsCommand(),
  tailCommand(),
  exportCommand(),
  exportModelCommand(),
  doctorCommand(),
  backupCommand(),
  // For developers.
  benchCommand(),
];
for (const command of commands) program.addCommand(throwing(command));

// Whoever reads a pipe may have seen enough, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

// Feeds run in threads; serial ports are read on this one for them.
serveSerialSources();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** What is asked wrongly comes here as an error, of commands within commands too. */
function throwing(command: Command): Command {
  command.commands.forEach(throwing);
  return command.exitOverride();
}

/** One sentence on standard error; what is unexpected keeps its stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badUsage;
  if (error instanceof Failure) {
    process.stderr.write(`offbeat: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
  process.stderr.write(`offbeat: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.internal;
}
