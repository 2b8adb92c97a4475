/** A config of each decoder, with bytes it reads well. */
import { CHECKS } from '../../shared/decode/crc.ts';
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

export const FRAMES: Extract<DecoderConfig, { kind: 'frames' }> = {
  kind: 'frames',
  header: 'AA55',
  length: 'uint8',
  fields: [
    { name: 'counter', type: 'uint16', scale: 1 },
    { name: '', type: 'uint8', scale: 1 },
    { name: 'value', type: 'float32', scale: 1 },
  ],
  byteOrder: 'little',
  check: 'crc-16-modbus',
  checkFrom: 'header',
  time: null,
};

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
  {
    name: 'JSON by paths',
    config: { kind: 'json', paths: ['a.b[1]', 'c'], time: null },
    bytes: utf8('{"a":{"b":[0,"7.5"]},"c":2}\n{"a":{},"c":false}\n'),
    rows: 2,
  },
  {
    name: 'pairs',
    config: { kind: 'pairs', time: null },
    bytes: utf8('temp:23.5 hum:40%\nOutlet temp = 23.5 °C, flow= -1e3;state=ON\nt:nan\n'),
    rows: 3,
  },
  {
    name: 'InfluxDB line protocol',
    config: { kind: 'influx', precision: 'ns' },
    bytes: utf8(
      'pump,site=a\\ b flow=1.5,n=2i,on=t,note="x, y=\\" z" 1767571200000000000\n' +
        '# a comment\npump flow=-1e3\n',
    ),
    rows: 2,
  },
  {
    name: 'SenML',
    config: { kind: 'senml' },
    bytes: utf8(
      '[{"bn":"urn:dev:1:","bt":1767571200,"n":"temp","u":"Cel","v":20.5},' +
        '{"n":"open","vb":true},{"n":"temp","t":1,"u":"Cel","v":21},{"n":"s","vs":"x"}]\n' +
        '[{"n":"a","v":1}]\n',
    ),
    rows: 3,
  },
  {
    name: 'frames with a CRC',
    config: FRAMES,
    bytes: Uint8Array.from([frame(1, 20.5), frame(2, -1), frame(3, 0)].flat()),
    rows: 3,
  },
];

/** AA 55 | length | counter, skipped byte, float | CRC-16. */
function frame(counter: number, value: number): number[] {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  bytes.set([0xaa, 0x55, 7]);
  view.setUint16(3, counter, true);
  view.setFloat32(6, value, true);
  view.setUint16(10, CHECKS['crc-16-modbus'].of(bytes, 0, 10), true);
  return [...bytes];
}

export function caseOf(kind: DecoderKind): DecoderCase {
  return DECODER_CASES.find(({ config }) => config.kind === kind)!;
}
