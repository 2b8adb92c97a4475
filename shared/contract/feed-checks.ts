/** What a page may say of feeds: sources, decoders and checks, each as its type has it. */
import * as v from 'valibot';
import type { FeedChecks } from '../domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../domain/feed.ts';

const NAMES_MAX = 4096;

const text = v.pipe(v.string(), v.maxLength(1000));
const filled = v.pipe(text, v.minLength(1));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const names = v.pipe(v.array(text), v.maxLength(NAMES_MAX));
const port = v.pipe(whole, v.maxValue(65_535));
const address = { host: filled, port };
const flag = v.boolean();

const serial = {
  path: filled,
  baud: v.pipe(whole, v.minValue(1)),
  dataBits: v.picklist([5, 6, 7, 8]),
  parity: v.picklist(['none', 'even', 'odd']),
  stopBits: v.picklist([1, 1.5, 2]),
};
const register = v.strictObject({
  name: filled,
  table: v.picklist(['holding', 'input']),
  address: v.pipe(whole, v.maxValue(65_535)),
  type: v.picklist(['int16', 'uint16', 'int32', 'uint32', 'float32', 'float64']),
  scale: v.pipe(v.number(), v.finite()),
  wordOrder: v.picklist(['big', 'little']),
});
const will = v.strictObject({ topic: filled, payload: text, retain: flag });

export const source: v.GenericSchema<unknown, SourceConfig> = v.variant('kind', [
  v.strictObject({ kind: v.literal('file'), path: filled, from: v.picklist(['start', 'end']) }),
  v.strictObject({ kind: v.literal('folder'), path: filled, pattern: filled }),
  v.strictObject({ kind: v.literal('stdin') }),
  v.strictObject({ kind: v.literal('tcp'), ...address, idleMs: whole }),
  v.strictObject({ kind: v.literal('tcp-listen'), ...address }),
  v.strictObject({ kind: v.literal('udp'), ...address }),
  v.strictObject({ kind: v.literal('http-listen'), ...address, token: filled }),
  v.strictObject({ kind: v.literal('websocket'), url: filled, token: text }),
  v.strictObject({ kind: v.literal('serial'), ...serial }),
  v.strictObject({
    kind: v.literal('mqtt'),
    ...address,
    tls: flag,
    topics: v.pipe(v.array(filled), v.minLength(1), v.maxLength(NAMES_MAX)),
    version: v.picklist([4, 5]),
    qos: v.picklist([0, 1]),
    clientId: text,
    user: text,
    password: text,
    caFile: text,
    will: v.nullable(will),
  }),
  v.strictObject({
    kind: v.literal('modbus'),
    link: v.variant('kind', [
      v.strictObject({ kind: v.literal('tcp'), ...address }),
      v.strictObject({ kind: v.literal('rtu'), ...serial }),
    ]),
    unit: v.pipe(whole, v.maxValue(255)),
    registers: v.pipe(v.array(register), v.minLength(1), v.maxLength(NAMES_MAX)),
    periodMs: positive,
  }),
  v.strictObject({ kind: v.literal('replay'), stream: filled, speed: positive }),
  v.strictObject({
    kind: v.literal('simulate'),
    machine: v.picklist(['pump', 'server', 'phone']),
    seed: whole,
    periodMs: positive,
    speed: positive,
    startMs: v.exactOptional(whole),
  }),
]);

const timeFormat = v.variant('kind', [
  v.strictObject({ kind: v.literal('iso') }),
  v.strictObject({ kind: v.literal('epoch'), unit: v.picklist(['s', 'ms', 'us']) }),
  v.strictObject({ kind: v.literal('date'), order: v.picklist(['DMY', 'MDY', 'YMD']) }),
]);
const time = v.nullable(
  v.strictObject({ field: text, format: timeFormat, timeZone: v.pipe(text, v.maxLength(64)) }),
);
const sign = v.pipe(v.string(), v.length(1));
const lineEnd = v.optional(sign);
const frameType = v.picklist([
  ...(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const),
  ...(['int64', 'uint64', 'float32', 'float64'] as const),
]);
const frameField = v.strictObject({
  name: text,
  type: frameType,
  scale: v.pipe(v.number(), v.finite()),
});

export const decoder: v.GenericSchema<unknown, DecoderConfig> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('delimited'),
    delimiter: sign,
    quote: v.pipe(v.string(), v.maxLength(1)),
    decimal: v.picklist(['.', ',']),
    header: flag,
    names: v.nullable(names),
    columns: v.nullable(names),
    time,
    lineEnd,
  }),
  v.strictObject({ kind: v.literal('numbers'), names: v.nullable(names), time, lineEnd }),
  v.strictObject({ kind: v.literal('pairs'), time, lineEnd }),
  v.strictObject({ kind: v.literal('json'), paths: v.nullable(names), time }),
  v.strictObject({ kind: v.literal('influx'), precision: v.picklist(['s', 'ms', 'us', 'ns']) }),
  v.strictObject({ kind: v.literal('senml') }),
  v.strictObject({
    kind: v.literal('frames'),
    header: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){0,16}$/i, 'bytes in hexadecimal')),
    length: v.nullable(v.picklist(['uint8', 'uint16'])),
    fields: v.pipe(v.array(frameField), v.minLength(1), v.maxLength(NAMES_MAX)),
    byteOrder: v.picklist(['little', 'big']),
    check: v.picklist(['none', 'sum-8', 'crc-8', 'crc-16-modbus', 'crc-16-ccitt', 'crc-32']),
    checkFrom: v.picklist(['header', 'payload']),
    time,
  }),
]);

const limit = v.nullable(v.pipe(v.number(), v.finite()));

export const feedChecks: v.GenericSchema<unknown, FeedChecks> = v.strictObject({
  staleMs: v.nullable(whole),
  flatRows: whole,
  limits: v.pipe(
    v.array(v.strictObject({ channel: filled, low: limit, high: limit })),
    v.maxLength(NAMES_MAX),
  ),
});
