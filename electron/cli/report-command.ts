/** `offbeat report`: the report of a stream in a workspace, in any of its forms. */
import { extname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { REPORT_FORMATS, type ReportFormat, type ReportOrder } from '../../shared/domain/report.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine } from '../engine/engine.ts';
import { findStream } from './find-stream.ts';
import { moment } from './option-values.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

interface ReportOptions {
  readonly workspace: string;
  readonly out: string;
  readonly from?: number;
  readonly to?: number;
  readonly lang: 'en' | 'zh';
}

export function reportCommand(): Command {
  return new Command('report')
    .description('Write the report of a stream that was learnt.')
    .argument('<stream>', 'its name or number')
    .requiredOption('--out <file>', `where to write; ends in ${REPORT_FORMATS.join(', ')}`, outFile)
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .option(
      '--from <time>',
      'begin of the reported stretch (the recording’s when not given)',
      moment,
    )
    .option('--to <time>', 'its end', moment)
    .addOption(new Option('--lang <language>', 'language').choices(['en', 'zh']).default('en'))
    .action(run);
}

async function run(name: string, { workspace, out, from, to, lang }: ReportOptions): Promise<void> {
  if (from !== undefined && to !== undefined && from > to) {
    throw new Failure('bad-usage', '--from lies after --to; swap them.');
  }
  const folder = resolve(workspace);
  const engine = await createEngine({ workspace: folder, shell: 'browser', version: VERSION });
  try {
    const stream = await findStream(engine.store, name);
    const whole = from === undefined && to === undefined;
    const range = whole ? null : { from: from ?? -Infinity, to: to ?? Infinity };
    const order: ReportOrder = {
      range,
      language: lang === 'zh' ? 'zh-CN' : 'en',
      format: formatOf(out)!,
    };
    const { bytes } = await engine.evidence.report(stream.id, order);
    await writeBeside(out, [bytes]);
    process.stdout.write(`Report: ${out}\n`);
  } finally {
    await engine.close();
  }
}

function formatOf(file: string): ReportFormat | null {
  const extension = extname(file).slice(1).toLowerCase();
  return REPORT_FORMATS.find((format) => format === extension) ?? null;
}

function outFile(text: string): string {
  if (formatOf(text)) return text;
  throw new InvalidArgumentError(`A file that ends in ${REPORT_FORMATS.join(', ')} was expected.`);
}
