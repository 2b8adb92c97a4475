/** `offbeat recognise` and `segments`: learning what a machine is doing, and telling it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import {
  NETWORKS,
  type RecogniserCard,
  type RecogniserEvaluation,
  type RecogniserNetwork,
} from '../../shared/domain/recogniser.ts';
import { formatMoment } from '../../shared/domain/words.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import type { Store } from '../engine/store/store-api.ts';
import { findStream } from './find-stream.ts';
import { withReads } from './open-reads.ts';
import { moment, nameList, positiveInteger, positiveNumber, seedNumber } from './option-values.ts';
import { watchJob, withEngine } from './with-engine.ts';

interface Workspace {
  readonly workspace: string;
}

interface TrainOptions extends Workspace {
  readonly name?: string;
  readonly groups?: string[];
  readonly channels?: string[];
  readonly triplet: string[][];
  readonly acceleration?: boolean;
  readonly window?: number;
  readonly network: RecogniserNetwork;
  readonly epochs?: number;
  readonly seed: number;
}

interface SegmentOptions extends Workspace {
  readonly from?: number;
  readonly to?: number;
  readonly json?: boolean;
}

const keeping = (command: Command): Command =>
  command
    .exitOverride()
    .option('--workspace <folder>', 'where streams and recognisers are kept', defaultWorkspace());

export function recogniseCommand(): Command {
  return new Command('recognise')
    .description('Learn to tell activities from labels, and tell them in streams.')
    .addCommand(trainCommand())
    .addCommand(
      keeping(new Command('run'))
        .description('Recognise what is stored of a stream.')
        .argument('<recogniser>', 'its name or number')
        .argument('<stream>', 'its name or number')
        .action(run),
    )
    .addCommand(
      keeping(new Command('evaluate'))
        .description('Judge a recogniser by the labels of a stream.')
        .argument('<recogniser>', 'its name or number')
        .argument('<stream>', 'its name or number')
        .option('--json', 'all figures as JSON')
        .action(evaluate),
    );
}

function trainCommand(): Command {
  return keeping(new Command('train'))
    .description('Learn from the labels of one or several streams.')
    .argument('<streams...>', 'their names or numbers')
    .option('--name <name>', 'of the recogniser; the first stream when not given')
    .option('--groups <a,b>', 'the person or machine of each stream, held out whole', nameList)
    .option('--channels <a,b>', 'channels to read (all that the streams share)', nameList)
    .option('--triplet <x,y,z>', 'channels that turn together; may be given again', triplet, [])
    .option('--acceleration', 'the first triplet is an acceleration with gravity in it')
    .option('--window <ms>', 'length of a window', positiveNumber)
    .addOption(
      new Option('--network <name>', 'how it is built').choices([...NETWORKS]).default('conv-gru'),
    )
    .option('--epochs <n>', 'times every window is seen', positiveInteger)
    .option('--seed <n>', 'seed of everything random', seedNumber, 1)
    .action(train);
}

export function segmentsCommand(): Command {
  return keeping(new Command('segments'))
    .description('List what a stream was recognised to do, and when.')
    .argument('<stream>', 'its name or number')
    .option('--from <time>', 'not before', moment)
    .option('--to <time>', 'not after', moment)
    .option('--json', 'as JSON')
    .action(segments);
}

function triplet(text: string, before: string[][]): string[][] {
  const names = nameList(text);
  if (names.length === 3) return [...before, names];
  throw new InvalidArgumentError('Three names with commas between were expected.');
}

async function train(asked: string[], options: TrainOptions): Promise<void> {
  const { workspace, groups, channels, triplet: triplets, acceleration, epochs } = options;
  const { network, seed, window: windowMs } = options;
  if (groups && groups.length !== asked.length) {
    throw new Failure(
      'bad-usage',
      `${groups.length} groups were given for ${asked.length} streams; one each was expected.`,
    );
  }
  await withEngine(workspace, async (engine) => {
    const streams: { streamId: number; group: string }[] = [];
    for (const [i, one] of asked.entries()) {
      const { id, name } = await findStream(engine.store, one);
      streams.push({ streamId: id, group: groups?.[i] ?? name });
    }
    const name = options.name ?? streams[0].group;
    await watchJob(engine, () =>
      engine.activities.train({
        ...{ name, streams, network, seed },
        ...(channels && { channels }),
        ...(triplets.length > 0 && { triplets }),
        ...(acceleration && { acceleration: 0 }),
        ...(windowMs !== undefined && { windowMs }),
        ...(epochs !== undefined && { epochs }),
      }),
    );
    const card = (await engine.store.read['recogniser.list']()).at(-1)!;
    process.stdout.write(`${cardText(card)}\n`);
  });
}

function cardText({ id, name, classes, parameterCount, trainSeconds, heldOut }: RecogniserCard) {
  const learnt =
    `${name} (${id}): learnt ${classes.join(', ')}; ${parameterCount} parameters in ` +
    `${trainSeconds.toFixed(1)} s.`;
  if (!heldOut) return `${learnt} Too little was labelled to judge it.`;
  const { accuracy, macroF1 } = heldOut.scores;
  const apart = heldOut.groups.length > 0 ? heldOut.groups.join(', ') : 'the ends of the labels';
  return `${learnt} On ${apart}: accuracy ${share(accuracy)}, macro-F1 ${share(macroF1)}.`;
}

async function run(asked: string, stream: string, { workspace }: Workspace): Promise<void> {
  await withEngine(workspace, async (engine) => {
    const { id } = await findRecogniser(engine.store, asked);
    const found = await findStream(engine.store, stream);
    await watchJob(engine, () => engine.activities.activate(id, found.id));
    const all = await engine.store.read['segment.list'](found.id, ALWAYS);
    const count = `${all.length} ${all.length === 1 ? 'segment' : 'segments'}`;
    process.stdout.write(`${found.name}: ${count}; list them with "segments ${stream}".\n`);
  });
}

async function evaluate(
  asked: string,
  stream: string,
  { workspace, json }: Workspace & { readonly json?: boolean },
): Promise<void> {
  await withEngine(workspace, async (engine) => {
    const { id } = await findRecogniser(engine.store, asked);
    const found = await findStream(engine.store, stream);
    const judged = await engine.activities.evaluate(id, found.id);
    const text = json ? JSON.stringify(judged, null, 1) : evaluationText(judged);
    process.stdout.write(`${text}\n`);
  });
}

function evaluationText(judged: RecogniserEvaluation): string {
  const { classes, scores, segments: found, wasLearntFrom } = judged;
  const width = Math.max(...classes.map((name) => name.length), 'unknown'.length);
  const rows = classes.map((name, c) => {
    const one = scores.perClass[c];
    const f1 = one ? `F1 ${share(one.f1)}` : 'not labelled';
    const counts = scores.confusion[c].map((count) => String(count).padStart(width)).join(' ');
    return `${name.padEnd(width)}  ${counts}  ${f1}`;
  });
  const heads = [...classes, 'unknown'].map((name) => name.padStart(width)).join(' ');
  return [
    `accuracy ${share(scores.accuracy)}, macro-F1 ${share(scores.macroF1)}`,
    `segments: F1 ${found.f1.map(share).join(' / ')} at overlaps of 0.1 / 0.25 / 0.5, ` +
      `edit score ${share(found.edit)}`,
    `${''.padEnd(width)}  ${heads}`,
    ...rows,
    ...(wasLearntFrom ? ['It learnt from this stream: the figures flatter.'] : []),
  ].join('\n');
}

function segments(asked: string, { workspace, from, to, json }: SegmentOptions): Promise<void> {
  return withReads(workspace, async (store) => {
    const stream = await findStream(store, asked);
    if (!(await store.read['recogniser.active'](stream.id))) {
      throw new Failure(
        'not-found',
        `No recogniser is at work on ${stream.name}; run "recognise run" first.`,
      );
    }
    const range = { from: from ?? ALWAYS.from, to: to ?? ALWAYS.to };
    const all = await store.read['segment.list'](stream.id, range);
    if (json) {
      process.stdout.write(`${JSON.stringify(all, null, 1)}\n`);
      return;
    }
    for (const { start, end, activity, confidence, isEdited } of all) {
      const when = [start, end].map((ms) => formatMoment(ms, stream.hasTime)).join(' to ');
      const sure = isEdited ? 'corrected' : `${Math.round(100 * confidence)} %`;
      process.stdout.write(`${when}  ${activity ?? 'unknown'} (${sure})\n`);
    }
    process.stdout.write(`${all.length} ${all.length === 1 ? 'segment' : 'segments'}.\n`);
  });
}

const ALWAYS = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** By name, the newest of it, else by number. Throws Failure in words. */
async function findRecogniser(store: Pick<Store, 'read'>, asked: string): Promise<RecogniserCard> {
  const all = await store.read['recogniser.list']();
  const named = all.findLast(({ name }) => name === asked);
  const found = named ?? all.find(({ id }) => String(id) === asked);
  if (found) return found;
  const known = all.map(({ id, name }) => `${name} (${id})`).join(', ') || 'none';
  throw new Failure('not-found', `There is no recogniser ${asked}; this workspace holds ${known}.`);
}

const share = (value: number): string => value.toFixed(3);
