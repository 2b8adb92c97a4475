/** `offbeat connect`: a device into a workspace, with what is found as it is found. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import type { Api } from '../../shared/contract/api.ts';
import { apiChecks } from '../../shared/contract/checks.ts';
import type { FeedState, NewFeed } from '../../shared/domain/feed-state.ts';
import { FEED_EXAMPLES, formatFeedUrl } from '../../shared/domain/feed-url.ts';
import type { DecoderConfig, SourceConfig } from '../../shared/domain/feed.ts';
import type { EventChange } from '../../shared/domain/kept-event.ts';
import type { LearnOptions, ShapeChoice } from '../../shared/domain/model.ts';
import { eventSentence } from '../../shared/domain/event-words.ts';
import { problemSentence } from '../../shared/domain/problem-words.ts';
import type { Channel } from '../../shared/domain/stream.ts';
import { formatTime, SEVERITY_SHAPES } from '../../shared/domain/words.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { feedSource } from './feed-source.ts';
import { createFeedView } from './feed-view.ts';
import { nameList, positiveInteger, seedNumber } from './option-values.ts';
import { shapesOption } from './shapes-option.ts';
import { stopSignal } from './stop-signal.ts';
import { VERSION } from './version.ts';

interface ConnectOptions {
  readonly workspace: string;
  readonly name?: string;
  readonly decoder?: string;
  readonly learn: boolean;
  readonly mode: LearnOptions['mode'];
  readonly trainRows?: number;
  readonly channels?: string[];
  readonly seed: number;
  readonly shapes: ShapeChoice;
}

export function connectCommand(): Command {
  const examples = Object.values(FEED_EXAMPLES).map((url) => `  ${url}`);
  return new Command('connect')
    .description('Open a device into a workspace: store what it sends, score it, tell events.')
    .argument('<url>', 'where the data come from')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace())
    .option('--name <name>', 'of the stream (the address when not given)')
    .option('--decoder <json>', 'how to read it (learnt from the first seconds when not given)')
    .option('--no-learn', 'only store')
    .addOption(
      new Option('--mode <mode>', 'learn on line, or judge against the first rows')
        .choices(['stream', 'reference', 'auto'])
        .default('auto'),
    )
    .option('--train-rows <n>', 'rows at the start taken as normal', positiveInteger)
    .option('--channels <a,b>', 'channels to learn (all when not given)', nameList)
    .addOption(shapesOption())
    .option('--seed <n>', 'seed of everything random', seedNumber, 1)
    .addHelpText('after', `\nAddresses:\n${examples.join('\n')}`)
    .action(connect);
}

async function connect(url: string, options: ConnectOptions): Promise<void> {
  const source = feedSource(url);
  const decoder = options.decoder === undefined ? null : decoderOf(source, options.decoder);
  const workspace = resolve(options.workspace);
  const engine = await createEngine({ workspace, shell: 'browser', version: VERSION });
  const stop = stopSignal();
  try {
    const view = createFeedView(process.stderr);
    const ended = Promise.withResolvers<FeedState>();
    let feedId = -1;
    engine.onEvent((event, payload) => {
      if (event === 'event.changed') void print(engine, payload as EventChange, view.clear);
      if (event !== 'feed.changed' || (payload as FeedState).id !== feedId) return;
      const feed = payload as FeedState;
      view.update(feed);
      if (feed.status === 'ended' || feed.status === 'failed') ended.resolve(feed);
    });
    const feed = await openFeed(engine, url, source, decoder, options);
    feedId = feed.id;
    process.stderr.write(`Stream ${feed.streamId}, ${feed.name}; stop with Ctrl+C.\n`);
    const stopped = new Promise<null>((resolve) => {
      if (stop.aborted) resolve(null);
      stop.addEventListener('abort', () => resolve(null));
    });
    const end = await Promise.race([ended.promise, stopped]);
    view.stop();
    await engine.live.close();
    const last = await engine.live.feeds.state(feed.id);
    process.stderr.write(`${last.counters.rows} rows in all, ${last.counters.bad} set aside.\n`);
    if (end?.status === 'failed') throw new Failure('bad-input', end.detail);
  } finally {
    await engine.close();
  }
}

/** The feed of this source, begun before or now. */
async function openFeed(
  engine: Engine,
  url: string,
  source: SourceConfig,
  decoder: DecoderConfig | null,
  { name, learn, mode, trainRows, channels, seed, shapes }: ConnectOptions,
): Promise<FeedState> {
  const records = await engine.store.read['feed.list']();
  const known = records.find((one) => JSON.stringify(one.source) === JSON.stringify(source));
  if (known) {
    if (decoder) await engine.store.write['feed.change'](known.id, { decoder });
    if (known.isPaused) await engine.store.write['feed.change'](known.id, { isPaused: false });
    await engine.live.start([known.id]);
    return engine.live.feeds.state(known.id);
  }
  await engine.live.start([]);
  const options: LearnOptions = {
    ...{ mode, seed, shapes },
    ...(trainRows !== undefined && { trainRows }),
    ...(channels && { channels }),
  };
  const shown = formatFeedUrl(source, 'hidden');
  const feed: NewFeed = {
    name: name ?? (shown.length <= 200 ? shown : url.slice(0, 200)),
    ...{ source, decoder },
    ...(learn && { learn: options }),
  };
  return engine.live.create(feed);
}

function decoderOf(source: SourceConfig, text: string): DecoderConfig {
  let decoder: unknown;
  try {
    decoder = JSON.parse(text);
  } catch (error) {
    throw new Failure('bad-usage', `--decoder is no JSON: ${(error as Error).message}.`);
  }
  type Preview = Parameters<Api['feed.preview']>;
  return (apiChecks['feed.preview']([source, decoder, 0]) as unknown as Preview)[1]!;
}

const printed = new Set<string>();

/** An event once when it opens, and once when it is over. */
async function print(engine: Engine, change: EventChange, clear: () => void): Promise<void> {
  const { id, isOpen, start, end, streamId } =
    change.source === 'data' ? change.problem : change.event;
  const key = `${id} ${isOpen ? 'open' : 'closed'}`;
  if (printed.has(key)) return;
  printed.add(key);
  const when = isOpen ? `${formatTime(start)} …` : `${formatTime(start)} to ${formatTime(end)}`;
  const channels = await channelsOf(engine, streamId);
  clear();
  if (change.source === 'data') {
    process.stdout.write(`□ ${when}  ${problemSentence(change.problem)}\n`);
    return;
  }
  const shape = SEVERITY_SHAPES[change.event.severity];
  process.stdout.write(`${shape} ${when}  ${eventSentence(change.event, channels)}\n`);
}

async function channelsOf(engine: Engine, streamId: number): Promise<readonly Channel[]> {
  return (await engine.store.read['stream.get'](streamId)).channels;
}
