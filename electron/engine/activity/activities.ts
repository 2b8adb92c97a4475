/** Recognisers of a workspace: learning from labels, at work on streams, judged, and asked. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { DoubtfulStretch, ProposedSegment } from '../../../shared/domain/activity.ts';
import type { JobState } from '../../../shared/domain/job.ts';
import type {
  RecogniserCard,
  RecogniserEvaluation,
  RecogniserOptions,
} from '../../../shared/domain/recogniser.ts';
import type { EventListener } from '../engine.ts';
import type { Ribbons } from '../monitor/ribbons.ts';
import type { JobHandle, Jobs } from '../jobs.ts';
import type { RecogniserRecord } from '../store/activity-store.ts';
import type { Store } from '../store/store-api.ts';
import { activityProblems } from './activity-problems.ts';
import { columnsOf } from './read-stretches.ts';
import { runActivityTask } from './run-activity-task.ts';

/** Of a stream that is read as a whole: there is nothing to go on from. */
const NOTHING_KEPT = new Uint8Array();

export interface ActivitiesPlace {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly emit: EventListener;
  /** Where recognisers work on what comes. */
  readonly ribbons: () => Ribbons;
}

export class Activities {
  private readonly place: ActivitiesPlace;
  /** Feeds are at work: what comes is recognised too. */
  private isLive = false;

  constructor(place: ActivitiesPlace) {
    this.place = place;
  }

  /** Begins again what a former engine did not end. */
  async start(): Promise<void> {
    const { read } = this.place.store;
    for (const record of await read['recogniser.unfinished']()) this.queue(record);
    this.isLive = true;
    for (const { streamId, recogniserId, readTo } of await read['recogniser.atWork']()) {
      const isFilled = await this.isFilled(streamId);
      if (readTo === null && !isFilled) await this.activate(recogniserId, streamId);
    }
  }

  /** Throws Failure not-found when one of the streams is not there. */
  async train(options: RecogniserOptions): Promise<JobState> {
    const { read, write } = this.place.store;
    for (const { streamId } of options.streams) await read['stream.get'](streamId);
    return this.queue({ id: await write['recogniser.create'](options), options });
  }

  /** Recognises what is stored; the recogniser is at work on the stream from then on. */
  async activate(recogniserId: number, streamId: number): Promise<JobState> {
    const { store, jobs, emit } = this.place;
    const card = await store.read['recogniser.get'](recogniserId);
    const stream = await store.read['stream.get'](streamId);
    columnsOf(stream, card.channels);
    await this.place.ribbons().closeOf(streamId);
    await store.write['recogniser.activate'](recogniserId, streamId);
    emit('recogniser.changed', null);
    emit('segment.changed', { streamId });
    const work = (job: JobHandle): Promise<void> => this.segment(recogniserId, streamId, job);
    return jobs.start('segment', stream.name, work, { needsCore: true, streamId });
  }

  async rest(streamId: number): Promise<void> {
    await this.place.ribbons().closeOf(streamId);
    await this.place.store.write['recogniser.activate'](null, streamId);
    this.place.emit('recogniser.changed', null);
    this.place.emit('segment.changed', { streamId });
  }

  /** Throws Failure bad-input while a model has it tell what goes on. */
  async remove(recogniserId: number): Promise<void> {
    const { store, emit } = this.place;
    await this.refuseIfNeeded(await store.read['recogniser.get'](recogniserId));
    const all = await store.read['recogniser.atWork']();
    for (const one of all) if (one.recogniserId === recogniserId) await this.rest(one.streamId);
    await store.write['recogniser.purge'](recogniserId);
    emit('recogniser.changed', null);
  }

  async evaluate(recogniserId: number, streamId: number): Promise<RecogniserEvaluation> {
    const { store } = this.place;
    const card = await store.read['recogniser.get'](recogniserId);
    const judged = await runActivityTask(store, {
      task: 'evaluate',
      stream: await store.read['stream.get'](streamId),
      checkpoint: await store.read['recogniser.checkpoint'](recogniserId),
      labels: await store.read['label.list'](streamId),
    });
    const wasLearntFrom = card.streams.some((one) => one.streamId === streamId);
    return { ...judged, wasLearntFrom };
  }

  async worthLabelling(streamId: number, count: number): Promise<readonly DoubtfulStretch[]> {
    const { store } = this.place;
    const stream = await store.read['stream.get'](streamId);
    const card = await store.read['recogniser.active'](streamId);
    if (!card) {
      throw new Failure(
        'not-found',
        `No recogniser is at work on ${stream.name}; train one from a few labels first.`,
      );
    }
    return runActivityTask(store, {
      ...{ task: 'doubtful', stream, count },
      checkpoint: await store.read['recogniser.checkpoint'](card.id),
      labels: await store.read['label.list'](streamId),
    });
  }

  async proposals(streamId: number): Promise<readonly ProposedSegment[]> {
    const { store } = this.place;
    const stream = await store.read['stream.get'](streamId);
    const card = await store.read['recogniser.active'](streamId);
    const checkpoint = card && (await store.read['recogniser.checkpoint'](card.id));
    return runActivityTask(store, { task: 'propose', stream, checkpoint });
  }

  private async refuseIfNeeded({ id, name }: RecogniserCard): Promise<void> {
    const { read } = this.place.store;
    const refuse = (model: number, stream: string): never => {
      throw new Failure(
        'bad-input',
        `Model ${model} of ${stream} has a normal of each activity as "${name}" tells them; ` +
          'without it nothing could be scored again. Keep it as long as there is that model.',
      );
    };
    for (const stream of await read['stream.list']()) {
      const models = await read['model.list'](stream.id);
      const told = models.find(({ card }) => card.recogniser?.id === id);
      if (told) refuse(told.card.id, stream.name);
    }
    for (const { options, modelId, streamId } of await read['job.list']()) {
      if (options.recogniser?.id !== id) continue;
      refuse(modelId, (await read['stream.get'](streamId)).name);
    }
  }

  private queue(record: RecogniserRecord): JobState {
    const { options } = record;
    const streamId = options.streams[0].streamId;
    const work = (job: JobHandle): Promise<void> => this.learn(record, job);
    return this.place.jobs.start('recognise', options.name, work, { needsCore: true, streamId });
  }

  /** Leaves nothing when it fails or is cancelled. */
  private async learn({ id, options }: RecogniserRecord, job: JobHandle): Promise<void> {
    const { store, emit } = this.place;
    try {
      job.signal.throwIfAborted();
      const inputs = await Promise.all(
        options.streams.map(async ({ streamId, group }) => ({
          stream: await store.read['stream.get'](streamId),
          labels: await store.read['label.list'](streamId),
          group,
        })),
      );
      const order = { task: 'train', options, inputs, threads: job.cores() } as const;
      const { card, checkpoint } = await runActivityTask(store, order, job);
      const { name, streams } = options;
      const whole: RecogniserCard = { ...card, id, name, streams, created: Date.now() };
      await store.write['recogniser.publish'](whole, checkpoint);
    } catch (error) {
      // Work that the engine's end cut off is done again at the next start.
      if (!job.isClosing()) await store.write['recogniser.purge'](id);
      throw error;
    }
    emit('recogniser.changed', null);
  }

  private async isFilled(streamId: number): Promise<boolean> {
    const feeds = await this.place.store.read['feed.list']();
    return this.isLive && feeds.some((feed) => feed.streamId === streamId);
  }

  /** Of a stream that is being filled, all is read row by row, and so goes on. */
  private async segment(recogniserId: number, streamId: number, job: JobHandle): Promise<void> {
    const { store, emit } = this.place;
    if (await this.isFilled(streamId)) return this.place.ribbons().openAll([streamId]);
    const stream = await store.read['stream.get'](streamId);
    const checkpoint = await store.read['recogniser.checkpoint'](recogniserId);
    const segments = await runActivityTask(store, { task: 'segments', stream, checkpoint }, job);
    await store.write['segment.commit'](streamId, recogniserId, {
      ...{ from: Number.MIN_SAFE_INTEGER, segments, state: NOTHING_KEPT },
      readTo: stream.range?.to ?? 0,
    });
    const card = await store.read['recogniser.get'](recogniserId);
    const found = activityProblems(segments, card, false);
    for (const problem of await store.write['problem.put'](streamId, found)) {
      emit('event.changed', { source: 'data', problem });
    }
    emit('segment.changed', { streamId });
  }
}
