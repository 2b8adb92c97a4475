/** What a page may say of labels, recognisers and segments. */
import * as v from 'valibot';
import { ACTIVITY_TABLES, LABEL_FORMATS } from '../domain/activity.ts';
import { NETWORKS } from '../domain/recogniser.ts';
import type { ActivityApi } from './activity-api.ts';
import type { Schema } from './schema.ts';

const NAMES_MAX = 4096;
const LABELS_MAX = 100_000;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = whole;
const time = v.pipe(v.number(), v.safeInteger());
const moment = v.pipe(v.number(), v.finite());
const range = v.strictObject({ from: moment, to: moment });
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const author = v.pipe(v.string(), v.trim(), v.maxLength(200));
const names = v.pipe(v.array(name), v.maxLength(NAMES_MAX));

const label = v.strictObject({
  kind: v.picklist(['activity', 'anomaly', 'normal', 'ignore', 'maintenance']),
  activity: v.pipe(v.string(), v.trim(), v.maxLength(200)),
  start: time,
  end: time,
  author,
  note: v.pipe(v.string(), v.maxLength(10_000)),
});
const streams = v.pipe(v.array(id), v.minLength(1), v.maxLength(NAMES_MAX));
const format = v.picklist(LABEL_FORMATS);
const fileChoices = v.strictObject({
  format: v.optional(format),
  author,
  names: v.optional(names),
  experiment: v.optional(whole),
  leaveOut: v.optional(v.boolean()),
});
const recogniserOptions = v.strictObject({
  name,
  streams: v.pipe(
    v.array(v.strictObject({ streamId: id, group: name })),
    v.minLength(1),
    v.maxLength(NAMES_MAX),
  ),
  channels: v.optional(v.pipe(names, v.minLength(1))),
  triplets: v.optional(v.pipe(v.array(v.pipe(v.array(name), v.length(3))), v.maxLength(100))),
  acceleration: v.optional(whole),
  windowMs: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  network: v.optional(v.picklist(NETWORKS)),
  seed: v.pipe(whole, v.maxValue(0xffff_ffff)),
  epochs: v.optional(v.pipe(whole, v.minValue(1), v.maxValue(1000))),
});
const correction = v.strictObject({
  activity: v.optional(name),
  start: v.optional(time),
  end: v.optional(time),
  author,
});

export const activitySchemas: { [K in keyof ActivityApi]: Schema } = {
  'label.list': v.strictTuple([id]),
  'label.add': v.strictTuple([streams, label]),
  'label.addAll': v.strictTuple([
    id,
    v.pipe(v.array(label), v.minLength(1), v.maxLength(LABELS_MAX)),
  ]),
  'label.change': v.strictTuple([id, v.partial(label)]),
  'label.remove': v.strictTuple([v.pipe(v.array(id), v.minLength(1), v.maxLength(LABELS_MAX))]),
  'label.undo': v.strictTuple([id]),
  'label.redo': v.strictTuple([id]),
  'label.preview': v.strictTuple([id, v.pipe(v.string(), v.uuid()), fileChoices]),
  'label.import': v.strictTuple([id, v.pipe(v.string(), v.uuid()), fileChoices]),
  'label.export': v.strictTuple([id, format]),
  'activity.classes': v.strictTuple([]),
  'activity.colour': v.strictTuple([name, v.pipe(whole, v.maxValue(255))]),
  'activity.statistics': v.strictTuple([id, v.nullable(range)]),
  'activity.export': v.strictTuple([id, v.picklist(ACTIVITY_TABLES)]),
  'activity.worthLabelling': v.strictTuple([id, v.pipe(whole, v.minValue(1), v.maxValue(100))]),
  'activity.proposals': v.strictTuple([id]),
  'recogniser.train': v.strictTuple([recogniserOptions]),
  'recogniser.list': v.strictTuple([]),
  'recogniser.active': v.strictTuple([id]),
  'recogniser.activate': v.strictTuple([id, id]),
  'recogniser.rest': v.strictTuple([id]),
  'recogniser.remove': v.strictTuple([id]),
  'recogniser.evaluate': v.strictTuple([id, id]),
  'segment.list': v.strictTuple([id, range]),
  'segment.change': v.strictTuple([id, correction]),
};
