/** A config of each decoder, with bytes it reads well. */
import type { DecoderConfig, DecoderKind } from '../../shared/domain/feed.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface DecoderCase {
  readonly name: string;
  readonly config: DecoderConfig;
  readonly bytes: Uint8Array;
  /** Rows in the bytes. */
  readonly rows: number;
}

export const DELIMITED: Extract<DecoderConfig, { kind: 'delimited' }> = {
  kind: 'delimited',
  delimiter: ',',
  quote: '"',
  decimal: '.',
  header: true,
  names: null,
  columns: null,
  time: null,
};
const ISO = { field: 'time', format: { kind: 'iso' }, timeZone: 'UTC' } as const;

export const DECODER_CASES: readonly DecoderCase[] = [
  {
    name: 'CSV with a header and times',
    config: { ...DELIMITED, time: ISO },
    bytes: utf8(
      'time,Pressure (bar),"Flow, m³/h"\r\n2026-01-05 00:00:00,4.1,"1.5"\r\n' +
        '2026-01-05T00:00:01Z,,-2e3\n2026-01-05 00:00:02,nan,123456789.123456789\n',
    ),
    rows: 3,
  },
  {
    name: 'TSV with decimal commas and no header',
    config: { ...DELIMITED, delimiter: '\t', decimal: ',', header: false },
    bytes: utf8('1,5\t2\t-0,25\n3\t\t4\n5\t6\t7\n'),
    rows: 3,
  },
  {
    name: 'bare numbers',
    config: { kind: 'numbers', names: null, time: null },
    bytes: utf8('hello from the board\ntemp hum\n1.5 2\n3,\t4\n  5;6  \n'),
    rows: 3,
  },
  {
    name: 'JSON lines',
    config: {
      kind: 'json',
      paths: null,
      time: { field: 'ts', format: { kind: 'epoch', unit: 'ms' }, timeZone: 'UTC' },
    },
    bytes: utf8(
      '{"ts":1767571200000,"motor":{"i":1.5,"on":true},"axes":[1,2],"name":"运"}\n' +
        '[{"ts":1767571201000,"v":1},\n {"ts":1767571202000,"v":2}]\n' +
        '{\n  "ts": 1767571203000,\n  "v": null\n}\n',
    ),
    rows: 4,
  },
];

export function caseOf(kind: DecoderKind): DecoderCase {
  return DECODER_CASES.find(({ config }) => config.kind === kind)!;
}
