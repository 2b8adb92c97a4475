/** `offbeat train`, `detect` and `events`: a stream of a workspace and its model. */
import { Command, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { eventSentence, kindWord, type Language } from '../../shared/domain/event-words.ts';
import type {
  DetectionMode,
  LearnOptions,
  ModelCard,
  ShapeChoice,
} from '../../shared/domain/model.ts';
import type { StreamInfo, TimeRange } from '../../shared/domain/stream.ts';
import type { ThresholdSpec } from '../../shared/domain/threshold.ts';
import { formatMoment, formatNumber, SEVERITY_SHAPES } from '../../shared/domain/words.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { modeSentence } from '../engine/report/model-words.ts';
import { findStream } from './find-stream.ts';
import { withReads, type Reads } from './open-reads.ts';
import {
  nameList,
  positiveInteger,
  seedNumber,
  thresholdSpec,
  timeRange,
} from './option-values.ts';
import { shapesOption } from './shapes-option.ts';
import { watchJob, withEngine } from './with-engine.ts';

interface TrainOptions {
  readonly workspace: string;
  readonly channels?: string[];
  readonly train?: TimeRange;
  readonly trainRows?: number;
  readonly mode: DetectionMode | 'auto';
  readonly seed: number;
  readonly threshold?: ThresholdSpec;
  readonly byActivity?: boolean;
  readonly shapes: ShapeChoice;
}

export const inWorkspace = (command: Command): Command =>
  command
    .argument('<stream>', 'its name or number')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace());

const learning = (command: Command): Command =>
  inWorkspace(command)
    .option('--channels <a,b>', 'channels to learn (all when not given)', nameList)
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
    .option('--threshold <method:number>', 'how scores become alarms', thresholdSpec)
    .option('--by-activity', 'a normal of each activity that the active recogniser tells apart')
    .addOption(shapesOption())
    .option('--seed <n>', 'seed of everything random', seedNumber, 1);

export function trainCommand(): Command {
  return learning(new Command('train'))
    .description('Learn the normal behaviour of a stream, and score all of it.')
    .action(async (asked: string, options: TrainOptions) => {
      const { stream, card } = await train(asked, options);
      const count = `${card.trainings} ${card.trainings === 1 ? 'training' : 'trainings'}`;
      const loss = formatNumber(card.lossCurve.at(-1)!.train);
      process.stdout.write(
        `${stream.name}: learnt ${card.channels.join(', ')} from ${card.trainRows} rows ` +
          `(${modeSentence(card)}${activityText(card)}); ` +
          `loss ${loss} after ${count}, by ${card.backend}.\n`,
      );
    });
}

export function detectCommand(): Command {
  return learning(new Command('detect'))
    .description('List where a stream left its normal behaviour; learns it first if need be.')
    .action(async (asked: string, options: TrainOptions) => {
      const isLearnt = await withReads(options.workspace, async (store) => {
        const stream = await findStream(store, asked);
        return (await store.read['model.active'](stream.id)) !== null;
      });
      if (!isLearnt) await train(asked, options);
      await withReads(options.workspace, (store) => printEvents(store, asked, 'en', Infinity));
    });
}

export function eventsCommand(): Command {
  return inWorkspace(new Command('events'))
    .description('List the events of the newest model of a stream, in words.')
    .option('--limit <n>', 'only so many of the newest', positiveInteger)
    .addOption(new Option('--lang <language>', 'language').choices(['en', 'zh']).default('en'))
    .action((asked: string, options: { workspace: string; limit?: number; lang: string }) =>
      withReads(options.workspace, (store) => {
        const language = options.lang === 'zh' ? 'zh-CN' : 'en';
        return printEvents(store, asked, language, options.limit ?? Infinity);
      }),
    );
}

async function train(
  asked: string,
  asks: TrainOptions,
): Promise<{ stream: StreamInfo; card: ModelCard }> {
  const { workspace, channels, train: range, trainRows, mode, seed, threshold, byActivity } = asks;
  return withEngine(workspace, async (engine) => {
    const stream = await findStream(engine.store, asked);
    const learn: LearnOptions = {
      ...{ mode, seed, shapes: asks.shapes },
      ...(channels && { channels }),
      ...(range && { train: range }),
      ...(trainRows !== undefined && { trainRows }),
      ...(threshold && { threshold }),
      ...(byActivity && { byActivity }),
    };
    await watchJob(engine, () => engine.startLearn(stream.id, learn));
    const card = await engine.store.read['model.active'](stream.id);
    return { stream, card: card! };
  });
}

function activityText({ recogniser }: ModelCard): string {
  return recogniser ? `, a normal each of ${recogniser.activities.join(', ')}` : '';
}

/** Throws Failure not-found in words when nothing has been learnt. */
export async function learnt(
  store: Reads,
  asked: string,
): Promise<{ stream: StreamInfo; card: ModelCard }> {
  const stream = await findStream(store, asked);
  const card = await store.read['model.active'](stream.id);
  if (card) return { stream, card };
  throw new Failure(
    'not-found',
    `Nothing has been learnt of ${stream.name} yet; run "train ${asked}" first.`,
  );
}

async function printEvents(
  store: Reads,
  asked: string,
  language: Language,
  limit: number,
): Promise<void> {
  const { stream, card } = await learnt(store, asked);
  const events = await store.read['event.list'](card.id);
  const shown = limit < events.length ? events.slice(-limit) : events;
  for (const event of shown) {
    const when = formatMoment(event.start, stream.hasTime);
    const kind = kindWord(event.kind, language);
    const sentence = eventSentence(event, stream.channels, language);
    process.stdout.write(`${SEVERITY_SHAPES[event.severity]} ${when}  [${kind}] ${sentence}\n`);
  }
  process.stdout.write(`${events.length} ${events.length === 1 ? 'event' : 'events'}.\n`);
}
