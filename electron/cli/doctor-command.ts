/** `offbeat doctor` and `offbeat backup`: is a workspace well, and a copy of it. */
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { copyWorkspace, examine, type Health } from '../engine/store/doctor.ts';
import { storeFile } from './open-reads.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check a workspace: damages, sizes, slow queries, schema.')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .option('--json', 'all figures as JSON', false)
    .action(({ workspace, json }: { workspace: string; json: boolean }) => {
      const health = examine(storeFile(workspace));
      process.stdout.write(json ? `${JSON.stringify(health, null, 2)}\n` : inWords(health));
      if (health.damages.length === 0) return;
      throw new Failure(
        'bad-input',
        `${health.file} is damaged (${health.damages.length} findings). Copy what can be read ` +
          'with "offbeat backup", and go on with the last copy that was well.',
      );
    });
}

function inWords(health: Health): string {
  const { file, fileBytes, walBytes, freeBytes, schema, schemaKnown, damages, streams } = health;
  const lines = [
    `${file}: ${megabytes(fileBytes)}, ${megabytes(walBytes)} not yet moved into it, ` +
      `${megabytes(freeBytes)} free for new rows`,
    `Schema ${schema}, the newest is ${schemaKnown}`,
    damages.length === 0 ? 'Integrity: ok' : `Integrity: ${damages.length} findings`,
    ...damages.map((damage) => `  ${damage}`),
    ...streams.map(({ stream, bytes, viewMs, isSlow }) => {
      const slow = isSlow ? ' (slow)' : '';
      const { id, name, rows } = stream;
      const drawn = `drawn in ${viewMs.toFixed(0)} ms${slow}`;
      return `${id} ${name}: ${rows} rows, ${megabytes(bytes)}, ${drawn}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('Copy a workspace into one file, also while it is being filled.')
    .argument('<file>', 'where to; a name that ends in .offbeat opens as a workspace')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .action(async (out: string, { workspace }: { workspace: string }) => {
      const file = storeFile(workspace);
      const to = resolve(out);
      const beside = `${to}.${process.pid}.part`;
      try {
        await copyWorkspace(file, beside);
        await rename(beside, to);
      } catch (error) {
        await rm(beside, { force: true });
        if (error instanceof Failure) throw error;
        const { message } = error as Error;
        throw new Failure(
          'bad-usage',
          `${out} cannot be written: ${message}. Choose another place.`,
        );
      }
      const { size } = await stat(to);
      process.stdout.write(`${megabytes(size)} copied to ${out}\n`);
    });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
