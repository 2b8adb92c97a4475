/** Schemas of the part of the contract about models and thresholds. */
import * as v from 'valibot';
import { MODEL_FORMATS } from '../domain/model.ts';
import { THRESHOLD_METHODS } from '../domain/threshold.ts';
import type { ModelApi } from './model-api.ts';
import type { Schema } from './schema.ts';

const CHANNELS_MAX = 4096;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const name = v.pipe(v.string(), v.maxLength(200));
const names = v.pipe(v.array(name), v.maxLength(CHANNELS_MAX));
const method = v.picklist(THRESHOLD_METHODS);
const layout = v.strictObject({
  order: names,
  hidden: names,
  groups: v.record(name, name),
  folded: names,
  scales: v.record(name, v.strictTuple([time, time])),
  showsTable: v.boolean(),
});

export const thresholdSpec = v.strictObject({
  method,
  parameter: v.pipe(v.number(), v.finite(), v.gtValue(0)),
});

export const modelSchemas: { [K in keyof ModelApi]: Schema } = {
  'model.list': v.strictTuple([id]),
  'model.activate': v.strictTuple([id]),
  'model.export': v.strictTuple([id, v.picklist(MODEL_FORMATS)]),
  'event.expected': v.strictTuple([id, time]),
  'threshold.apply': v.strictTuple([id, thresholdSpec]),
  'threshold.try': v.strictTuple([id, thresholdSpec]),
  'threshold.byVerdicts': v.strictTuple([id, method]),
  'threshold.curve': v.strictTuple([id, method]),
  'layout.get': v.strictTuple([id]),
  'layout.set': v.strictTuple([id, layout]),
};
