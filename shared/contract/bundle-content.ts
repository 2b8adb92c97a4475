/** What the JSON members of a bundle must be: they come from somebody else's computer. */
import * as v from 'valibot';
import type { BundleLabel } from '../domain/bundle.ts';
import { EVENT_KINDS, reviveEvent, type AnomalyEvent } from '../domain/event.ts';
import type { ModelCard } from '../domain/model.ts';
import type { Channel } from '../domain/stream.ts';
import { Failure } from './failure.ts';

const text = v.pipe(v.string(), v.maxLength(10_000));
const number = v.pipe(v.number(), v.finite());
/** JSON writes what is no number as null. */
const measured = v.nullable(number);
const severity = v.picklist(['low', 'medium', 'high']);
const channels = v.pipe(v.array(text), v.maxLength(4096));

const event = v.object({
  ...{ start: number, end: number, peakTime: number, peakScore: number, severity },
  kind: v.picklist(EVENT_KINDS),
  evidence: v.object({ before: measured, during: measured, partner: v.optional(text) }),
  channels: v.array(
    v.object({
      ...{ name: text, share: number, observed: measured },
      ...{ expectedLow: measured, expectedHigh: measured, stoodOut: v.boolean() },
      counts: v.optional(v.boolean()),
    }),
  ),
  provisional: v.boolean(),
});
const label = v.object({
  ...{ start: number, end: number, label: text, note: text },
  verdict: v.nullable(v.picklist(['confirmed', 'dismissed'])),
});
const card = v.looseObject({
  ...{ id: number, streamId: number, trainRows: number, seed: number, hidden: number },
  mode: v.picklist(['stream', 'reference']),
  channels,
  trainRange: v.object({ from: number, to: number }),
  horizons: v.array(number),
  ...{ parameterCount: number, trainings: number, threshold: number, checkpointSha256: text },
  backend: v.picklist(['webgl', 'wasm', 'wasm-plain', 'reference']),
  lossCurve: v.array(
    v.looseObject({ step: number, train: number, validation: v.nullable(number) }),
  ),
});
const configuration = v.looseObject({
  card,
  channels: v.array(v.object({ name: text, unit: text })),
  periodMs: v.pipe(number, v.gtValue(0)),
  versions: v.record(text, text),
});

export interface ReadConfiguration {
  readonly card: ModelCard;
  /** Of the whole stream. */
  readonly channels: readonly Channel[];
  readonly periodMs: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Each throws Failure bad-input naming the member and the first thing that is not as expected. */
export function readConfiguration(json: unknown): ReadConfiguration {
  const read = checked('configuration.json', configuration, json);
  return { ...read, card: read.card as unknown as ModelCard };
}

export function readEvents(json: unknown): AnomalyEvent[] {
  const stored = checked('events.json', v.array(event), json);
  return stored.map((one) => reviveEvent(one as unknown as AnomalyEvent));
}

export function readLabels(json: unknown): BundleLabel[] {
  return checked('labels.json', v.array(label), json);
}

function checked<T>(member: string, schema: v.GenericSchema<unknown, T>, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const { message, path } = result.issues[0];
  const where = path?.map((item) => String(item.key)).join('.') ?? '';
  throw new Failure('bad-input', `${member} is not as expected: ${message} (at ${where}).`);
}
