/** `offbeat bundle` and `offbeat verify`: results that someone else can compute again. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { formatCount, formatTime } from '../../shared/domain/words.ts';
import { verifyBundle } from '../engine/bundle/verify-bundle.ts';
import { writeBundle } from '../engine/bundle/write-bundle.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine } from '../engine/engine.ts';
import { findStream } from './find-stream.ts';
import { moment } from './option-values.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

interface BundleOptions {
  readonly workspace: string;
  readonly out: string;
  readonly from?: number;
  readonly to?: number;
  readonly lang: 'en' | 'zh';
}

export function bundleCommand(): Command {
  return new Command('bundle')
    .description('Pack a stretch of a stream with all it takes to compute its scores again.')
    .argument('<stream>', 'its name or number')
    .requiredOption('--out <file.offbeat>', 'where to write')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .option('--from <time>', 'begin of the stretch (the recording’s when not given)', moment)
    .option('--to <time>', 'its end', moment)
    .addOption(new Option('--lang <language>', 'of its report').choices(['en', 'zh']).default('en'))
    .action(bundle);
}

async function bundle(name: string, options: BundleOptions): Promise<void> {
  const { workspace, out, from, to, lang } = options;
  const folder = resolve(workspace);
  const engine = await createEngine({ workspace: folder, shell: 'browser', version: VERSION });
  try {
    const { store } = engine;
    const { id } = await findStream(store, name);
    const whole = from === undefined && to === undefined;
    const range = whole ? null : { from: from ?? -Infinity, to: to ?? Infinity };
    const language = lang === 'zh' ? 'zh-CN' : 'en';
    const bytes = await writeBundle(store, id, range, language, VERSION);
    await writeBeside(out, [bytes]);
    process.stdout.write(`Bundle: ${out} (${formatCount(bytes.length)} bytes)\n`);
  } finally {
    await engine.close();
  }
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check a bundle: is it as it was written, and do its scores come out again?')
    .argument('<file.offbeat>')
    .action(verify);
}

/** Exit code 0: equal. Else Failure bad-input says where it is not. */
async function verify(file: string): Promise<void> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new Failure('bad-input', `${file} cannot be read: ${error.message}.`);
  });
  const { manifest, broken, recomputed } = await verifyBundle(new Uint8Array(bytes));
  if (broken.length > 0) {
    const named = broken.map(({ member, reason }) => `${member}: ${reason}`).join('; ');
    throw new Failure('bad-input', `${file} is not as it was written. ${named}.`);
  }
  const { rows, differing, first } = recomputed!;
  if (first) {
    const { t, column, stored, computed } = first;
    throw new Failure(
      'bad-input',
      `${file}: ${formatCount(differing)} of ${formatCount(rows)} rows score differently here, ` +
        `first at ${formatTime(t)} UTC: ${column} was ${stored} and is ${computed}.`,
    );
  }
  const { stream, version } = manifest!;
  process.stdout.write(
    `Equal: ${formatCount(rows)} rows of ${stream}, written by Offbeat ${version}, score the ` +
      'same here to the last bit.\n',
  );
}
