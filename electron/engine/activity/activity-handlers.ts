/** The part of the contract about activities, answered. */
import { readFile, stat } from 'node:fs/promises';
import type { ActivityApi } from '../../../shared/contract/activity-api.ts';
import type { Api } from '../../../shared/contract/api.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import type { LabelChange } from '../../../shared/domain/activity.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Engine } from '../engine.ts';
import type { Uploads } from '../uploads.ts';
import { activityStatistics, exportStatistics } from './activity-statistics.ts';
import { exportLabels, importLabels, previewLabels } from './label-files.ts';

export function activityHandlers(engine: Engine): Pick<Handlers<Api>, keyof ActivityApi> {
  return { ...labelHandlers(engine), ...recogniserHandlers(engine) };
}

type LabelMethods = Extract<keyof ActivityApi, `label.${string}`>;

function labelHandlers(engine: Engine): Pick<Handlers<Api>, LabelMethods> {
  const { store, uploads } = engine;
  const tell = (changes: readonly LabelChange[]): readonly LabelChange[] => {
    const streams = new Set(changes.map(({ before, after }) => (before ?? after)!.streamId));
    for (const streamId of streams) engine.emit('label.changed', { streamId });
    return changes;
  };
  return {
    'label.list': async (streamId) => {
      await store.read['stream.get'](streamId);
      return store.read['label.list'](streamId);
    },
    'label.add': async (streamIds, label) => {
      const add = streamIds.map((streamId) => ({ streamId, label }));
      return tell(await store.write['label.edit']({ add })).flatMap(({ after }) => after ?? []);
    },
    'label.change': async (id, change) => {
      const [changed] = tell(await store.write['label.edit']({ change: { id, change } }));
      return changed.after!;
    },
    'label.remove': async (remove) => void tell(await store.write['label.edit']({ remove })),
    'label.addAll': async (streamId, labels) => {
      const add = labels.map((label) => ({ streamId, label }));
      return tell(await store.write['label.edit']({ add })).flatMap(({ after }) => after ?? []);
    },
    'label.undo': async (streamId) => {
      const changes = tell(await store.write['label.undo'](streamId));
      engine.emit('segment.changed', { streamId });
      return changes;
    },
    'label.redo': async (streamId) => {
      const changes = tell(await store.write['label.redo'](streamId));
      engine.emit('segment.changed', { streamId });
      return changes;
    },
    'label.preview': async (streamId, uploadId, choices) =>
      previewLabels(store, streamId, await textOf(uploads, uploadId), choices),
    'label.import': async (streamId, uploadId, choices) => {
      const text = await textOf(uploads, uploadId);
      const labels = await importLabels(store, streamId, text, choices);
      await uploads.discard(uploadId);
      engine.emit('label.changed', { streamId });
      return labels;
    },
    'label.export': (streamId, format) => exportLabels(store, streamId, format),
  };
}

/** Labels are no recording: whoever drops one is told before it is read. */
const LABEL_BYTES_MAX = 64 * 1024 * 1024;

async function textOf(uploads: Uploads, uploadId: string): Promise<string> {
  const { path, fileName } = uploads.complete(uploadId);
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes > LABEL_BYTES_MAX) {
    throw new Failure(
      'bad-input',
      `${fileName} has ${sizeBytes} bytes; a file of labels has ${LABEL_BYTES_MAX} at most.`,
    );
  }
  return readFile(path, 'utf8');
}

type OtherMethods = Exclude<keyof ActivityApi, LabelMethods>;

function recogniserHandlers(engine: Engine): Pick<Handlers<Api>, OtherMethods> {
  const { store, activities } = engine;
  return {
    'activity.classes': () => store.read['class.list'](),
    'activity.colour': async (name, colour) => {
      await store.write['class.colour'](name, colour);
      for (const { id: streamId } of await store.read['stream.list']()) {
        engine.emit('label.changed', { streamId });
      }
    },
    'activity.statistics': (streamId, range) => activityStatistics(store, streamId, range),
    'activity.export': (streamId, table) => exportStatistics(store, streamId, table),
    'activity.worthLabelling': (streamId, count) => activities.worthLabelling(streamId, count),
    'activity.proposals': (streamId) => activities.proposals(streamId),
    'recogniser.train': (options) => activities.train(options),
    'recogniser.list': () => store.read['recogniser.list'](),
    'recogniser.active': (streamId) => store.read['recogniser.active'](streamId),
    'recogniser.activate': (id, streamId) => activities.activate(id, streamId),
    'recogniser.rest': (streamId) => activities.rest(streamId),
    'recogniser.remove': (id) => activities.remove(id),
    'recogniser.evaluate': (id, streamId) => activities.evaluate(id, streamId),
    'segment.list': (streamId, range) => store.read['segment.list'](streamId, range),
    'segment.change': async (id, correction) => {
      const corrected = await store.write['segment.correct'](id, correction);
      const { streamId } = corrected.segment;
      engine.emit('segment.changed', { streamId });
      engine.emit('label.changed', { streamId });
      return corrected;
    },
  };
}
