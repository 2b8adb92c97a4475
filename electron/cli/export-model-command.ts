/** `offbeat export-model`: what a stream's model has learnt, for other programs. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { onnxOfCheckpoint } from '../engine/export/onnx-of-checkpoint.ts';
import { STORE_FILE } from '../engine/store/open-store.ts';
import { findStream } from './find-stream.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

interface ExportOptions {
  readonly onnx?: string;
  readonly safetensors?: string;
  readonly workspace: string;
}

export function exportModelCommand(): Command {
  return new Command('export-model')
    .description('Write the model of a stream as ONNX, or as safetensors with PyTorch names.')
    .argument('<stream>', 'name or number of the stream')
    .option('--onnx <file>', 'for onnxruntime and other engines')
    .option('--safetensors <file>', 'the checkpoint itself, which PyTorch can load')
    .option('--workspace <folder>', 'where the stream is kept', defaultWorkspace())
    .action(exportModel);
}

async function exportModel(name: string, options: ExportOptions): Promise<void> {
  const { onnx, safetensors } = options;
  if (onnx === undefined && safetensors === undefined) {
    throw new Failure('bad-usage', 'Say what to write: --onnx FILE, --safetensors FILE, or both.');
  }
  const workspace = resolve(options.workspace);
  if (!existsSync(join(workspace, STORE_FILE))) {
    throw new Failure(
      'not-found',
      `${options.workspace} is no workspace: it has no ${STORE_FILE}.`,
    );
  }
  const engine = await createEngine({ workspace, shell: 'browser', version: VERSION });
  try {
    const checkpoint = await checkpointOf(engine, name);
    const write = async (file: string | undefined, bytes: () => Uint8Array): Promise<void> => {
      if (file === undefined) return;
      const written = bytes();
      await writeBeside(file, [written]);
      process.stdout.write(`${written.length} bytes written to ${file}\n`);
    };
    await write(safetensors, () => checkpoint);
    await write(onnx, () => onnxOfCheckpoint(checkpoint));
  } finally {
    await engine.close();
  }
}

async function checkpointOf({ store }: Engine, name: string): Promise<Uint8Array> {
  const stream = await findStream(store, name);
  const card = await store.read['model.active'](stream.id);
  if (card) return store.read['model.checkpoint'](card.id);
  throw new Failure(
    'not-found',
    `${stream.name} has no model yet; let it learn its normal behaviour first.`,
  );
}
