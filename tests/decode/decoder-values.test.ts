/** What each decoder makes of particular bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf, textOf } from '../../shared/decode/byte-text.ts';
import { CHECKS } from '../../shared/decode/crc.ts';
import { DECODE_LIMITS } from '../../shared/decode/decoder.ts';
import type { DecoderConfig } from '../../shared/domain/feed.ts';
import { DELIMITED, FRAMES } from './configs.ts';
import { decoderOf, keepIn, NOW, read, rowTexts, type Reading } from './reading.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (config: DecoderConfig, text: string | Uint8Array, subject = ''): string[] =>
  rowTexts(read(config, text, subject));
const reasons = (config: DecoderConfig, text: string | Uint8Array): string[] =>
  read(config, text).bad.map(({ reason }) => reason);
const epoch = (field: string, unit: 's' | 'ms' | 'us') =>
  ({ field, format: { kind: 'epoch', unit }, timeZone: 'UTC' }) as const;

describe('bytes as numbers and text', () => {
  it('reads every number to the last bit', () => {
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((x) => x.toFixed(6)),
      fc.stringMatching(/^[-+]?\d{1,20}\.?\d{0,20}$/),
    );
    fc.assert(
      fc.property(written, (text) => {
        const bytes = utf8(` ${text}\t`);
        expect(numberOf(bytes, 0, bytes.length)).toBe(Number(text));
        const comma = utf8(text.replace('.', ','));
        expect(numberOf(comma, 0, comma.length, 44)).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', ' ', '-', '.', '1.2.3', 'abc', '1,5', 'Infinity', '--1', '1e', '5 6'])(
    'reads no number in "%s"',
    (text) => {
      expect(numberOf(utf8(text), 0, utf8(text).length)).toBeNaN();
    },
  );

  it('reads UTF-8 as the platform does where it is valid, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.uint8Array(), (text, any) => {
        const bytes = utf8(text);
        expect(textOf(bytes, 0, bytes.length)).toBe(new TextDecoder().decode(bytes));
        expect(textOf(any, 0, any.length).length).toBeLessThanOrEqual(any.length);
      }),
    );
    const long = 'aé运😀'.repeat(5000);
    expect(textOf(utf8(long), 0, utf8(long).length)).toBe(long);
  });
});

describe('delimited', () => {
  const timed: DecoderConfig = {
    ...DELIMITED,
    time: { field: 'time', format: { kind: 'date', order: 'DMY' }, timeZone: 'Europe/Paris' },
  };

  it('reads times of a zone, gaps and quotes', () => {
    const rows = texts(timed, 'time,a,"b ""x"""\n5.1.2026 10:00,1,\n5.1.2026 10:01,"2",-\n');
    expect(rows).toEqual([
      `${Date.UTC(2026, 0, 5, 9)}: a=1 b "x"=NaN`,
      `${Date.UTC(2026, 0, 5, 9, 1)}: a=2 b "x"=NaN`,
    ]);
  });

  it('keeps the good values of a row and tells what was wrong', () => {
    const { rows, bad } = read(timed, 'time,a,b\n5.1.2026 10:00,1,x7\n');
    expect(rows[0]!.values).toEqual([1, NaN]);
    expect(bad[0]!.reason).toBe('"x7" is no number as expected in "b".');
  });

  it('refuses rows without their time, of another width and with an open quote', () => {
    expect(reasons(timed, 'time,a\nsoon,1\n5.1.2026 10:00,1,2\n"5.1.2026,1\n')).toEqual([
      '"soon" is no time as expected in "time".',
      '3 fields were found on a line; 2 were expected.',
      'A quote is opened and not closed on its line.',
    ]);
  });

  it('takes a header again after a restart, the same or another', () => {
    const reading: Reading = { rows: [], bad: [] };
    const decoder = decoderOf(DELIMITED);
    for (const part of ['a,b\n1,2\n', '3,4\n', 'a,b\n5,6\n', 'c\n7\n', 'a,b\n8,9\na,b\n1,1\n']) {
      decoder.push(utf8(part), keepIn(reading));
      decoder.end(keepIn(reading));
    }
    expect(rowTexts(reading)).toEqual([
      ...['a=1 b=2', 'a=3 b=4', 'a=5 b=6', 'c=7', 'a=8 b=9', 'a=1 b=1'],
    ]);
    expect(reading.bad).toEqual([]);
  });

  it('does not take a greeting for a header', () => {
    const named = { ...DELIMITED, names: ['a', 'b'] };
    expect(texts(named, 'Booting\nWiFi, ready, go\n1,2\n')).toEqual(['a=1 b=2']);
    expect(texts(DELIMITED, 'Booting\na,b\n1,2\n')).toEqual(['a=1 b=2']);
  });

  it('knows names that are numbers, repeated names and missing ones', () => {
    expect(texts(DELIMITED, '2020,2021\n1,2\n')).toEqual(['2020=1 2021=2']);
    expect(texts(DELIMITED, 'a,a,\n1,2,3\n')).toEqual(['a=1 a 2=2 Column 3=3']);
  });

  it('keeps only the columns asked for', () => {
    const some = { ...DELIMITED, columns: ['b'] };
    expect(read(some, 'a,b,c\nx,1,y\n')).toMatchObject({ rows: [{ values: [1] }], bad: [] });
  });

  it('passes over half a row where it joins, and trusts names', () => {
    const reading: Reading = { rows: [], bad: [] };
    const decoder = decoderOf({ ...DELIMITED, header: false });
    decoder.join();
    decoder.push(utf8('3.5,7\n1,2\n'), keepIn(reading));
    expect(reading.rows.map(({ values }) => values)).toEqual([[1, 2]]);
    expect(reading.bad).toEqual([]);
    const headed = decoderOf(DELIMITED);
    headed.join();
    headed.push(utf8('a,b\n1,2\n'), keepIn(reading));
    expect(rowTexts(reading).at(-1)).toBe('a=1 b=2');
  });

  it('sets a line without end aside once, and reads on behind it', () => {
    const long = new Uint8Array(3 * DECODE_LIMITS.lineBytes).fill(0x31);
    const reading: Reading = { rows: [], bad: [] };
    const decoder = decoderOf({ ...DELIMITED, header: false });
    decoder.push(long, keepIn(reading));
    decoder.push(utf8('\n1,2\n'), keepIn(reading));
    expect(reading.bad).toHaveLength(1);
    expect(reading.bad[0]!.text).toHaveLength(DECODE_LIMITS.badChars);
    expect(reading.rows).toHaveLength(1);
  });

  it('ends lines as told', () => {
    const config: DecoderConfig = { kind: 'numbers', names: ['a'], time: null, lineEnd: '#' };
    expect(texts(config, '1#2#\n3')).toEqual(['a=1', 'a=2', 'a=3']);
  });
});

describe('numbers', () => {
  const config: DecoderConfig = { kind: 'numbers', names: null, time: null };

  it('names a lone value after its message', () => {
    expect(texts(config, '21.5', 'plant/temp')).toEqual(['plant/temp=21.5']);
  });

  it('keeps to the width of the first row unless another one lasts', () => {
    const { rows, bad } = read(config, '1 2\n3\n4 5\n6 7 8\n6 7 8\n6 7 8\n6 7 8\n');
    expect(rows.map(({ values }) => values.length)).toEqual([2, 2, 3, 3]);
    expect(bad).toHaveLength(3);
  });

  it('reads the age of a device as the small number it is', () => {
    const aged = { ...config, names: ['ms', 'x'], time: epoch('ms', 'ms') };
    expect(texts(aged, '20 1\n40 2\n')).toEqual(['20: x=1', '40: x=2']);
  });
});

describe('pairs', () => {
  const config: DecoderConfig = { kind: 'pairs', time: epoch('t', 's') };

  it('reads units, blanks, words and times', () => {
    const { rows, bad } = read(config, 't=1767571200, Outlet temp = 23.5 °C; hum:40% state=OK\n');
    expect(bad).toEqual([]);
    expect(rows).toEqual([
      { t: 1_767_571_200_000, names: ['Outlet temp', 'hum'], values: [23.5, 40] },
    ]);
  });

  it('tells of a word where numbers came before, and of a missing time', () => {
    expect(reasons(config, 't=1,a=1\nt=2,a=ERR\na=1\n')).toEqual([
      '"ERR" is no number as expected in "a".',
      'No "t" was found; the time was expected there.',
    ]);
  });

  it('takes dates, times and versions for words', () => {
    const plain: DecoderConfig = { kind: 'pairs', time: null };
    expect(texts(plain, 'at=2026-01-05 up=12:30:00 fw=1.2.3 v=5\n')).toEqual(['v=5']);
  });
});

describe('JSON', () => {
  const config: DecoderConfig = { kind: 'json', paths: null, time: null };

  it('reads messages of several lines, and several on a line break', () => {
    expect(texts(config, '{\n "a": {"b": [1, 2]},\n "c": "x{"\n}\n{"d":true}')).toEqual([
      'a.b[0]=1 a.b[1]=2',
      'd=1',
    ]);
  });

  it('loses only the message that is cut', () => {
    const { rows, bad } = read(config, '{"a":1,\n{"a":2}\n{"a":[3\n{"a":4}\nrubbish\n{"a":5}\n');
    expect(rows.map(({ values }) => values[0])).toEqual([2, 4, 5]);
    expect(bad).toHaveLength(3);
  });

  it('names a bare number after its message', () => {
    expect(texts(config, '21.5', 'plant/temp')).toEqual(['plant/temp=21.5']);
    expect(texts(config, '21.5')).toEqual(['value=21.5']);
  });

  it('follows paths, into quotes too, and never into what an object inherits', () => {
    const paths = { ...config, paths: ['a.b[1]', 'x', 'constructor.length'] };
    expect(texts(paths, '{"a":{"b":[0,"7.5"]}}')).toEqual([
      'a.b[1]=7.5 x=NaN constructor.length=NaN',
    ]);
    expect(reasons(paths, '{"y":1}')).toEqual(['None of the paths leads to a number.']);
  });

  it('reads times in ISO and refuses rows without them', () => {
    const timed: DecoderConfig = {
      ...config,
      time: { field: 'm.at', format: { kind: 'iso' }, timeZone: 'UTC' },
    };
    expect(texts(timed, '{"m":{"at":"2026-01-05T00:00:00Z"},"v":1}')).toEqual([
      `${Date.UTC(2026, 0, 5)}: v=1`,
    ]);
    expect(reasons(timed, '{"v":1}')).toEqual(['No time as expected is in "m.at".']);
  });

  it('looks no deeper than it must', () => {
    const deep = '{"a":'.repeat(5000) + '1' + '}'.repeat(5000);
    expect(reasons(config, deep)).toEqual(['It holds no number.']);
  });
});

describe('InfluxDB line protocol', () => {
  const config: DecoderConfig = { kind: 'influx', precision: 'us' };

  it('reads escapes, types and times', () => {
    const line = 'my\\ pump,site=a\\,b flow=1.5e1,n=-2i,u=3u,on=F,s="a b,c=\\"d" 1767571200000000';
    expect(texts(config, line)).toEqual([
      '1767571200000: my pump,site=a,b.flow=15 my pump,site=a,b.n=-2 ' +
        'my pump,site=a,b.u=3 my pump,site=a,b.on=0',
    ]);
  });

  it('refuses what is none', () => {
    expect(reasons(config, 'pump\npump flow\npump flow=x\npump flow=1 soon\npump s="a"\n')).toEqual(
      [
        'Measurement, fields and time were expected, parted by blanks.',
        '"flow" is no name=value.',
        '"x" is no value of a field.',
        '"soon" is no time; a whole number was expected.',
        'None of its fields is a number.',
      ],
    );
  });
});

describe('SenML', () => {
  const config: DecoderConfig = { kind: 'senml' };

  // RFC 8428, 5.1.2: voltage and current with base fields and relative times.
  const pack =
    '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,' +
    '"n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2},' +
    '{"n":"current","t":-4,"v":1.3},{"n":"current","v":1.7}]';

  it('reads the example of the standard', () => {
    const dev = 'urn:dev:ow:10e2073a0108006:';
    expect(texts(config, pack)).toEqual([
      `1276020076001: ${dev}voltage (V)=120.1 ${dev}current (A)=1.7`,
      `1276020071001: ${dev}current (A)=1.2`,
      `1276020072001: ${dev}current (A)=1.3`,
    ]);
  });

  it('counts small times from now', () => {
    expect(texts(config, '[{"n":"a","t":-5,"v":1},{"n":"a","v":2}]')).toEqual([
      `${NOW - 5000}: a=1`,
      'a=2',
    ]);
  });

  it('tells of records without a name and packs without a number', () => {
    expect(reasons(config, '[{"v":1}]\n[1]\n[{"n":"a","vs":"x"}]\n')).toEqual([
      'Record 1 has no name; n or bn was expected.',
      'The pack holds no number.',
      'Record 1 is no object; SenML records were expected.',
      'The pack holds no number.',
      'The pack holds no number.',
    ]);
  });
});

describe('frames', () => {
  // The check values of the catalogue of parametrised CRC algorithms, for "123456789".
  it.each([
    ['sum-8', 0xdd],
    ['crc-8', 0xf4],
    ['crc-16-modbus', 0x4b37],
    ['crc-16-ccitt', 0x29b1],
    ['crc-32', 0xcbf43926],
  ] as const)('computes %s', (name, expected) => {
    expect(CHECKS[name].of(utf8('x123456789x'), 1, 10)).toBe(expected);
  });

  const simple: DecoderConfig = {
    ...FRAMES,
    length: null,
    check: 'sum-8',
    checkFrom: 'payload',
    byteOrder: 'big',
    fields: [
      { name: 't', type: 'uint32', scale: 1 },
      { name: 'a', type: 'int16', scale: 0.5 },
      { name: 'b', type: 'int64', scale: 1 },
    ],
    time: epoch('t', 's'),
  };
  const bytes = (sum: number): number[] => [
    ...[0xaa, 0x55, 0x69, 0x5b, 0x00, 0x80, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 7, sum],
  ];
  const good = (0x69 + 0x5b + 0x80 + 0xff + 0xfe + 7) & 0xff;

  it('reads both orders of bytes, scales and times', () => {
    expect(texts(simple, Uint8Array.from(bytes(good)))).toEqual([`${0x695b0080 * 1000}: a=-1 b=7`]);
  });

  it('passes over a broken frame and finds the next one, even inside it', () => {
    const stream = [...bytes(good ^ 1), 0xaa, ...bytes(good), 0xaa, 0x55, 1];
    const { rows, bad } = read(simple, Uint8Array.from(stream));
    expect(rows).toHaveLength(1);
    expect(bad.map(({ reason }) => reason)).toEqual([
      '18 bytes between frames, or of one that is broken.',
      '3 bytes between frames, or of one that is broken.',
    ]);
  });

  it.each([
    [{ header: 'AA5' }, /"AA5"; 1 to 16 bytes in hexadecimal/],
    [{ fields: [] }, /0 bytes of fields/],
  ])('refuses a layout that is none: %o', (wrong, reason) => {
    expect(() => decoderOf({ ...FRAMES, ...wrong })).toThrow(reason);
  });
});
