/** `offbeat analyze`: a CSV file in, events, a report and JSON out. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import type { CsvChoices, CsvPlan, CsvPreview } from '../../shared/domain/csv.ts';
import type { JobState } from '../../shared/domain/job.ts';
import type { Mark } from '../../shared/domain/mark.ts';
import type {
  DetectionMode,
  LearnOptions,
  ModelCard,
  ShapeChoice,
} from '../../shared/domain/model.ts';
import type { StreamInfo, TimeRange } from '../../shared/domain/stream.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { STORE_FILE, WORKSPACE_FILES } from '../engine/store/open-store.ts';
import { previewCsv } from '../engine/sources/csv-preview.ts';
import type { RowsTaken } from '../engine/rows-taken.ts';
import { marksOf } from '../engine/stream-marks.ts';
import { modeSentence } from '../engine/report/model-words.ts';
import type { LocalBackendName } from '../engine/training/local-backend.ts';
import { printResult } from './analyze-print.ts';
import { jsonText } from './analyze-json.ts';
import {
  nameList,
  positiveInteger,
  positiveNumber,
  seedNumber,
  timeRange,
} from './option-values.ts';
import { shapesOption } from './shapes-option.ts';
import { createProgressView } from './progress-view.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

interface AnalyzeOptions {
  readonly time?: string;
  readonly channels?: string[];
  readonly train?: TimeRange;
  readonly trainRows?: number;
  readonly mode: DetectionMode | 'auto';
  readonly period?: number;
  readonly dateOrder?: 'DMY' | 'MDY' | 'YMD';
  readonly timeZone?: string;
  readonly delimiter?: string;
  readonly decimal?: '.' | ',';
  readonly encoding?: CsvPlan['encoding'];
  readonly workspace?: string;
  readonly report?: string;
  readonly json?: string;
  readonly scores: boolean;
  readonly shapes: ShapeChoice;
  readonly seed: number;
  readonly backend: LocalBackendName | 'auto';
}

export function analyzeCommand(): Command {
  return new Command('analyze')
    .description('Import a CSV file, learn its normal behaviour, and list where it is anomalous.')
    .argument('<file.csv>', 'the recording: a time column and columns of numbers')
    .option('--time <column>', 'name of the time column (guessed when not given)')
    .option('--channels <a,b>', 'channels to learn (all numeric columns when not given)', nameList)
    .addOption(
      new Option('--train <from..to>', 'time range taken as normal')
        .argParser(timeRange)
        .conflicts('trainRows'),
    )
    .option('--train-rows <n>', 'rows at the start taken as normal', positiveInteger)
    .addOption(
      new Option('--mode <mode>', 'learn on line, or judge against the normal range')
        .choices(['stream', 'reference', 'auto'])
        .default('auto'),
    )
    .option('--period <ms>', 'spacing of rows when there is no time column', positiveNumber)
    .addOption(
      new Option('--date-order <order>', 'order of day and month').choices(['DMY', 'MDY', 'YMD']),
    )
    .option('--time-zone <zone>', 'zone of times without one, e.g. Europe/Paris', 'UTC')
    .option('--delimiter <sign>', 'sign between fields (guessed when not given)')
    .addOption(new Option('--decimal <sign>', 'decimal sign').choices(['.', ',']))
    .addOption(
      new Option('--encoding <name>', 'characters of the file').choices([
        'utf-8',
        'utf-16le',
        'utf-16be',
        'gbk',
        'latin1',
      ]),
    )
    .option('--workspace <folder>', 'keep the stream and its model in this workspace')
    .option('--report <file.html>', 'write a report that reads without scripts')
    .option('--json <file>', 'write the result as JSON')
    .option('--scores', 'add the scores of every row to the JSON', false)
    .addOption(shapesOption())
    .option('--seed <n>', 'seed of everything random', seedNumber, 1)
    .addOption(
      new Option('--backend <name>', 'what computes the training')
        .choices(['auto', 'wasm', 'wasm-plain', 'reference'])
        .default('auto'),
    )
    .action(analyze);
}

async function analyze(file: string, options: AnalyzeOptions): Promise<void> {
  const started = performance.now();
  const fileName = basename(file);
  // Refused before a workspace is made: a bad file leaves no trace.
  const preview = await previewFor(resolve(file), fileName, options);
  const workspace = options.workspace
    ? resolve(options.workspace)
    : await mkdtemp(join(tmpdir(), 'offbeat-'));
  const leaveNoTrace = traceRemover(workspace, options.workspace === undefined);
  let kept = false;
  const engine = await createEngine({ workspace, shell: 'browser', version: VERSION });
  const interrupt = (): void => engine.jobs.list().forEach(({ id }) => engine.jobs.cancel(id));
  process.on('SIGINT', interrupt);
  try {
    const found = await run(engine, resolve(file), fileName, preview, options);
    const seconds = (performance.now() - started) / 1000;
    await printResult({ ...found, engine, seconds, mode: modeSentence(found.card) });
    await writeFiles(engine, found, options);
    kept = options.workspace !== undefined;
  } finally {
    process.off('SIGINT', interrupt);
    await engine.close();
    if (!kept) await leaveNoTrace();
  }
}

/** Removes what opening a workspace made that was not there before. */
function traceRemover(workspace: string, isTemporary: boolean): () => Promise<void> {
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
  if (isTemporary || !existsSync(workspace)) return () => remove(workspace);
  if (existsSync(join(workspace, STORE_FILE))) return async () => undefined;
  return async () => {
    for (const file of WORKSPACE_FILES) await remove(join(workspace, file));
  };
}

export interface Analysis {
  readonly stream: StreamInfo;
  readonly card: ModelCard;
  /** What is plainly wrong with its rows, whatever the model says. */
  readonly marks: readonly Mark[];
  readonly taken: RowsTaken;
}

/** What fails takes its stream along: the workspace is as it was. */
async function run(
  engine: Engine,
  path: string,
  fileName: string,
  preview: CsvPreview,
  options: AnalyzeOptions,
): Promise<Analysis> {
  const name = fileName.replace(/\.[^.]+$/, '');
  const imported = await watch(engine, engine.startImport(path, fileName, name, preview.plan));
  const streamId = imported.streamId!;
  try {
    const { mode, train, trainRows, seed, backend, shapes } = options;
    const learn: LearnOptions = {
      ...{ mode, seed, backend, shapes },
      ...(train && { train }),
      ...(trainRows !== undefined && { trainRows }),
    };
    await watch(engine, await engine.startLearn(streamId, learn));
    const stream = await engine.store.read['stream.get'](streamId);
    const card = await engine.store.read['model.active'](streamId);
    const looked = await marksOf(engine.store, stream, card!.id);
    return { stream, card: card!, ...looked };
  } catch (error) {
    await engine.store.write['stream.purge'](streamId);
    throw naming(fileName, error);
  }
}

/** Learning speaks of channels and rows; whoever asked needs to hear of which file. */
function naming(fileName: string, error: unknown): unknown {
  if (!(error instanceof Failure) || error.code === 'cancelled') return error;
  return new Failure(error.code, `${fileName}: ${error.message}`);
}

/** Shows a job until it ends; a failed one throws its Failure. */
async function watch(engine: Engine, started: JobState): Promise<JobState> {
  const view = createProgressView(process.stderr);
  const stop = engine.onEvent((event, payload) => {
    if (event === 'job.changed' && (payload as JobState).id === started.id) {
      view.update(payload as JobState);
    }
  });
  const ended = await engine.jobs.finished(started.id);
  stop();
  view.stop();
  if (ended.status === 'cancelled') throw new Failure('cancelled', 'Cancelled; nothing was kept.');
  if (ended.failure) {
    throw new Failure(ended.failure.code as Failure['code'], ended.failure.message);
  }
  return ended;
}

async function previewFor(
  path: string,
  fileName: string,
  options: AnalyzeOptions,
): Promise<CsvPreview> {
  const { delimiter, decimal, encoding, timeZone, period, dateOrder } = options;
  const choices: CsvChoices = {
    ...(delimiter && { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(decimal && { decimal }),
    ...(encoding && { encoding }),
    ...(timeZone && { timeZone }),
    ...(period !== undefined && { periodMs: period }),
    ...(dateOrder && { timeFormat: { kind: 'date', order: dateOrder } as const }),
  };
  const guess = await previewCsv(path, fileName, choices);
  const preview = await choose(path, guess, choices, options);
  const [question] = preview.questions;
  if (question) {
    throw new Failure(
      'bad-input',
      `The dates of ${fileName} (${question.examples.join(', ')}) may be day or month first; ` +
        'say which with --date-order DMY or --date-order MDY.',
    );
  }
  if (preview.columns.length === 1 && period === undefined) {
    throw new Failure(
      'bad-input',
      `${fileName} has one column, ${preview.columns[0].name}, and no time; a time and at least ` +
        'one column of numbers were expected. If its rows are evenly spaced, say so with ' +
        '--period MS; else check the delimiter.',
    );
  }
  return preview;
}

/** Names given on the command line become columns. */
async function choose(
  path: string,
  guess: CsvPreview,
  choices: CsvChoices,
  { time, channels }: AnalyzeOptions,
): Promise<CsvPreview> {
  if (time === undefined && channels === undefined) return guess;
  const columnOf = (name: string): CsvPreview['columns'][number] => {
    const column = guess.columns.find((candidate) => candidate.name === name);
    if (column) return column;
    const known = guess.columns.map((candidate) => candidate.name).join(', ');
    throw new Failure(
      'bad-input',
      `${guess.fileName} has no column "${name}"; its columns are ${known}.`,
    );
  };
  return previewCsv(path, guess.fileName, {
    ...choices,
    ...(time !== undefined && { timeColumn: columnOf(time).index }),
    ...(channels && {
      channels: channels.map(columnOf).map(({ index, name, unit }) => {
        return { column: index, name, unit };
      }),
    }),
  });
}

async function writeFiles(
  engine: Engine,
  found: Analysis,
  { report, json, scores }: AnalyzeOptions,
): Promise<void> {
  if (report !== undefined) {
    const order = { language: 'en', format: 'html', range: null } as const;
    const { bytes } = await engine.evidence.report(found.stream.id, order);
    await writeBeside(report, [bytes]);
    process.stdout.write(`Report: ${report}\n`);
  }
  if (json !== undefined) {
    await writeBeside(json, jsonText(engine.store, found, scores));
    process.stdout.write(`JSON: ${json}\n`);
  }
}
