/** The part of the contract about models and thresholds, answered. */
import type { ModelApi } from '../../../shared/contract/model-api.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import { PLAIN_LAYOUT, type LaneLayout } from '../../../shared/domain/lane-layout.ts';
import type { ModelFormat } from '../../../shared/domain/model.ts';
import type { ReportFile } from '../../../shared/domain/report.ts';
import type { Engine } from '../engine.ts';
import { onnxOfCheckpoint } from '../export/onnx-of-checkpoint.ts';
import type { Store } from '../store/store-api.ts';
import { applyThreshold } from './apply-threshold.ts';
import { listModels } from './list-models.ts';
import { ThresholdDesk } from './threshold-desk.ts';

export function modelHandlers(engine: Engine): Handlers<ModelApi> {
  const { store, evidence } = engine;
  const desk = new ThresholdDesk(store);
  return {
    'model.list': (streamId) => listModels(store, streamId),
    'model.activate': (modelId) => activate(engine, modelId),
    'model.export': (modelId, format) => exportModel(store, modelId, format),
    'event.expected': (streamId, start) => evidence.expected(streamId, start),
    'threshold.apply': (streamId, spec) => applyThreshold(engine, streamId, spec),
    'threshold.try': (streamId, spec) => desk.try(streamId, spec),
    'threshold.byVerdicts': (streamId, method) => desk.byVerdicts(streamId, method),
    'threshold.curve': (streamId, method) => desk.curve(streamId, method),
    'layout.get': async (streamId) => {
      const kept = (await store.read['setting.list']())[layoutKey(streamId)];
      return { ...PLAIN_LAYOUT, ...(kept as Partial<LaneLayout> | undefined) };
    },
    'layout.set': async (streamId, layout) => {
      await store.write['setting.set']({ [layoutKey(streamId)]: layout });
    },
  };
}

const layoutKey = (streamId: number): string => `layout.${streamId}`;

async function activate({ store, live, emit }: Engine, modelId: number): Promise<void> {
  const streams = await store.read['stream.list']();
  for (const { id: streamId } of streams) {
    const models = await store.read['model.list'](streamId);
    if (models.every(({ card }) => card.id !== modelId)) continue;
    // The new one first: at no moment nobody watches.
    await live.monitors.setRole(modelId, 'active');
    for (const { card, role } of models) {
      if (card.id !== modelId && role === 'active') await live.monitors.setRole(card.id, 'off');
    }
    emit('stream.changed', { streamId });
    return;
  }
  throw new Failure('not-found', `There is no model ${modelId}; it may have been removed.`);
}

async function exportModel(
  { read }: Store,
  modelId: number,
  format: ModelFormat,
): Promise<ReportFile> {
  const checkpoint = await read['model.checkpoint'](modelId);
  return {
    fileName: `model-${modelId}.${format}`,
    mimeType: 'application/octet-stream',
    bytes: format === 'onnx' ? onnxOfCheckpoint(checkpoint) : checkpoint,
  };
}
