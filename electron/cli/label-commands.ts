/** `offbeat labels`: what people say of a stream, from and to files of other tools. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { LABEL_FORMATS, type LabelFormat } from '../../shared/domain/activity.ts';
import { exportLabels, importLabels } from '../engine/activity/label-files.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { findStream } from './find-stream.ts';
import { withReads } from './open-reads.ts';
import { nameList, positiveInteger } from './option-values.ts';
import { withEngine } from './with-engine.ts';
import { writeBeside } from './write-beside.ts';

interface ImportOptions {
  readonly workspace: string;
  readonly format?: LabelFormat;
  readonly author: string;
  readonly names?: string[];
  readonly experiment?: number;
}

interface ExportOptions {
  readonly workspace: string;
  readonly format: LabelFormat;
  readonly out?: string;
}

export function labelsCommand(): Command {
  const workspace = ['--workspace <folder>', 'where streams are kept', defaultWorkspace()] as const;
  const take = new Command('import')
    .description('Add the labels of a file to a stream: all of them, or none.')
    .argument('<stream>', 'its name or number')
    .argument('<file>', 'CSV of start,end,label; HAPT lines; Label Studio JSON; ELAN tabs')
    .option(...workspace)
    .addOption(new Option('--format <name>', 'guessed when not given').choices([...LABEL_FORMATS]))
    .option('--author <name>', 'who labelled', '')
    .option('--names <a,b>', 'names of numbered activities, from 1 (HAPT)', nameList)
    .option('--experiment <n>', 'only lines of this experiment (HAPT)', positiveInteger)
    .action(importFile);
  const give = new Command('export')
    .description('Write the labels of a stream.')
    .argument('<stream>', 'its name or number')
    .option(...workspace)
    .addOption(
      new Option('--format <name>', 'how').choices(['csv', 'label-studio', 'elan']).default('csv'),
    )
    .option('--out <file>', 'where to; standard output when not given')
    .action(exportFile);
  return new Command('labels')
    .description('Labels of a stream, from and to files of other tools.')
    .addCommand(take.exitOverride())
    .addCommand(give.exitOverride());
}

async function importFile(
  asked: string,
  file: string,
  { workspace, ...choices }: ImportOptions,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failure('not-found', `${file} cannot be read: ${error.message}.`);
  });
  await withEngine(workspace, async ({ store }) => {
    const stream = await findStream(store, asked);
    const labels = await importLabels(store, stream.id, text, choices);
    const count = `${labels.length} ${labels.length === 1 ? 'label' : 'labels'}`;
    process.stdout.write(`${stream.name}: ${count} added from ${file}.\n`);
  });
}

function exportFile(asked: string, { workspace, format, out }: ExportOptions): Promise<void> {
  return withReads(workspace, async (store) => {
    const stream = await findStream(store, asked);
    const { text } = await exportLabels(store, stream.id, format);
    if (out === undefined) process.stdout.write(text);
    else await writeBeside(out, [text]);
  });
}
