/** The contract, answered: one line a method; the work is done elsewhere. */
import type { Api } from '../../shared/contract/api.ts';
import type { Handlers } from '../../shared/contract/server.ts';
import { activityHandlers } from './activity/activity-handlers.ts';
import { alertHandlers } from './alert/alert-handlers.ts';
import { bundleHandlers } from './bundle/bundle-handlers.ts';
import type { Engine } from './engine.ts';
import { liveHandlers } from './live-handlers.ts';
import { modelHandlers } from './models/model-handlers.ts';
import { measureBackends } from './training/measure.ts';

export function createHandlers(engine: Engine): Handlers<Api> {
  const { store, jobs, uploads, evidence } = engine;
  const changed = (streamId: number | null): void => engine.emit('stream.changed', { streamId });
  return {
    'app.info': () => engine.info,
    'app.status': () => engine.status(),
    'settings.get': () => engine.settings.get(),
    'settings.set': (part) => engine.settings.set(part),
    'secret.list': () => engine.secrets.list(),
    'secret.set': (name, value) => engine.secrets.set(name, value),
    'secret.remove': (name) => engine.secrets.remove(name),
    'backend.measure': () => measureBackends(engine.compute),
    'notice.act': (noticeId, action) => engine.notices.act(noticeId, action),

    'upload.begin': (fileName, sizeBytes) => uploads.begin(fileName, sizeBytes),
    'upload.append': (uploadId, bytes) => uploads.append(uploadId, bytes),
    'upload.discard': (uploadId) => uploads.discard(uploadId),

    'csv.preview': (uploadId, choices) => {
      const { path, fileName } = uploads.complete(uploadId);
      return engine.preview(path, fileName, choices);
    },
    'csv.import': (uploadId, streamName, plan) => {
      const { path, fileName } = uploads.complete(uploadId);
      const job = engine.startImport(path, fileName, streamName, plan);
      // A failed or cancelled import may be tried again with another plan.
      void jobs.finished(job.id).then(({ status }) => {
        if (status === 'done') return uploads.discard(uploadId);
      });
      return job;
    },

    'learn.start': (streamId, options) => engine.startLearn(streamId, options),
    'demo.create': () => engine.startDemo(),
    'job.list': () => jobs.list(),
    'job.cancel': (jobId) => jobs.cancel(jobId),
    'job.pause': (jobId) => jobs.pause(jobId),
    'job.resume': (jobId) => jobs.resume(jobId),

    'stream.list': () => store.read['stream.list'](),
    'stream.rename': async (streamId, name) => {
      await store.write['stream.rename'](streamId, name);
      changed(streamId);
    },

    'view.series': (streamId, range, points) => store.read['stream.view'](streamId, range, points),
    'view.scores': (modelId, range, points) => store.read['score.view'](modelId, range, points),
    'model.active': (streamId) => store.read['model.active'](streamId),
    'event.list': (modelId) => store.read['event.list'](modelId),
    'quarantine.list': (streamId, offset, limit) =>
      store.read['quarantine.list'](streamId, offset, limit),
    ...liveHandlers(engine),
    ...modelHandlers(engine),
    ...alertHandlers(store, engine.alerts),
    'report.start': (streamId, order) => evidence.startReport(streamId, order),
    ...bundleHandlers(engine),
    ...activityHandlers(engine),
    'event.recompute': (streamId, start) => evidence.startRecompute(streamId, start),
    'job.result': (jobId) => evidence.result(jobId),
    'threshold.propose': (streamId, method, alarms) => evidence.propose(streamId, method, alarms),
  };
}
