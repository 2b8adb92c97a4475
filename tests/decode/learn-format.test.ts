/** What devices print, and what is made of it without being told. */
import { describe, expect, it } from 'vitest';
import { learnFormat } from '../../shared/decode/learn-format.ts';
import type { DecoderConfig } from '../../shared/domain/feed.ts';
import { DECODER_CASES } from './configs.ts';
import { NOW } from './reading.ts';

const PLACE = { subject: '', now: () => NOW };
const learn = (text: string, subject = ''): ReturnType<typeof learnFormat> =>
  learnFormat(new TextEncoder().encode(text), { ...PLACE, subject });
const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n') + '\n';
const T0 = 1_767_571_200;
const iso = (i: number): string => new Date(1000 * (T0 + i)).toISOString();

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly config: Partial<DecoderConfig> & { readonly kind: DecoderConfig['kind'] };
  readonly names: readonly string[];
  readonly timed: boolean;
  readonly subject?: string;
}

const SAMPLES: readonly Sample[] = [
  {
    name: 'an Arduino plotter',
    text: repeat(50, (i) => `${i % 7} ${i / 10}\t${-i}`),
    config: { kind: 'numbers' },
    names: ['Column 1', 'Column 2', 'Column 3'],
    timed: false,
  },
  {
    name: 'one number a line',
    text: repeat(50, (i) => `${20 + i / 10}`),
    config: { kind: 'numbers' },
    names: ['plant/temp'],
    timed: false,
    subject: 'plant/temp',
  },
  {
    name: 'labelled values',
    text: repeat(50, (i) => `temp:${20 + i / 10},hum:${40 + i}`),
    config: { kind: 'pairs', time: null },
    names: ['temp', 'hum'],
    timed: false,
  },
  {
    name: 'a data logger with a header after its greeting',
    text:
      'Logger 1.2 ready\ntime,Pressure (bar),state,Flow\n' +
      repeat(50, (i) => `${iso(i)},${4 + i / 100},ok,${i}`),
    config: { kind: 'delimited', delimiter: ',', header: true },
    names: ['Pressure (bar)', 'Flow'],
    timed: true,
  },
  {
    name: 'semicolons, decimal commas and German dates without a header',
    text: repeat(50, (i) => `05.01.2026 10:${String(10 + i).slice(-2)}:00;${i},5;${2 * i},25`),
    config: { kind: 'delimited', delimiter: ';', decimal: ',', header: false },
    names: ['Column 2', 'Column 3'],
    timed: true,
  },
  {
    name: 'the age of the device in milliseconds, which is no channel',
    text: 'millis,ax,ay\n' + repeat(50, (i) => `${20 * i},${i % 3},${i % 5}`),
    config: { kind: 'delimited', time: null },
    names: ['ax', 'ay'],
    timed: false,
  },
  {
    name: 'epoch seconds',
    text: repeat(50, (i) => `${T0 + i},${i % 3},${i % 5}`),
    config: { kind: 'delimited' },
    names: ['Column 2', 'Column 3'],
    timed: true,
  },
  {
    name: 'JSON lines',
    text: repeat(50, (i) => JSON.stringify({ ts: 1000 * (T0 + i), id: 'a', motor: { i } })),
    config: { kind: 'json' },
    names: ['motor.i'],
    timed: true,
  },
  {
    name: 'SenML',
    text: repeat(5, (i) => JSON.stringify([{ bn: 'a:', bt: T0 + i, n: 't', u: 'Cel', v: i }])),
    config: { kind: 'senml' },
    names: ['a:t (Cel)'],
    timed: true,
  },
  {
    name: 'InfluxDB line protocol in seconds',
    text: repeat(50, (i) => `pump,site=a flow=${i},n=1i ${T0 + i}`),
    config: { kind: 'influx', precision: 's' },
    names: ['pump,site=a.flow', 'pump,site=a.n'],
    timed: true,
  },
  {
    name: 'a line cut at the end',
    text: repeat(50, (i) => `${iso(i)},${i}`) + '2026-01-0',
    config: { kind: 'delimited' },
    names: ['Column 2'],
    timed: true,
  },
];

describe('learnFormat', () => {
  it.each(SAMPLES)('knows $name', ({ text, config, names, timed, subject }) => {
    const learned = learn(text, subject)!;
    expect(learned.config).toMatchObject(config);
    expect(learned.preview.names).toEqual(names);
    expect(learned.preview.badCount).toBe(0);
    expect(learned.preview.rowCount).toBeGreaterThanOrEqual(5);
    for (const { t } of learned.preview.rows) {
      if (timed) expect(Math.abs(t - 1000 * T0)).toBeLessThan(86_400_000);
      else expect(t).toBeNaN();
    }
  });

  it('shows the first rows by channel', () => {
    const { preview } = learn('a:1\nb:2\na:3 b:4\n')!;
    expect(preview.names).toEqual(['a', 'b']);
    expect(preview.rows.map(({ values }) => values)).toEqual([
      [1, NaN],
      [NaN, 2],
      [3, 4],
    ]);
  });

  it('knows a message without an end of its line', () => {
    expect(learn('21.5', 'hall/temp')).toMatchObject({
      config: { kind: 'numbers' },
      preview: { names: ['hall/temp'], rows: [{ values: [21.5] }] },
    });
    expect(learn('{\n "a": 1\n}')).toMatchObject({ config: { kind: 'json' } });
    expect(learn('a=1')).toMatchObject({ config: { kind: 'pairs' } });
  });

  it('shows what cannot be read', () => {
    const { preview } = learn(repeat(20, (i) => `${i},1`) + 'watchdog reset\n' + '1,2\n')!;
    expect(preview.bad).toMatchObject([{ text: 'watchdog reset' }]);
    expect(preview.rowCount).toBe(21);
  });

  it('asks where day and month cannot be told apart', () => {
    expect(learn(repeat(9, (i) => `3/2/2026 10:0${i},1`))!.ambiguousDates).toBe(true);
    expect(learn(repeat(9, (i) => `31/2/2026 10:0${i},1`))?.ambiguousDates ?? false).toBe(false);
  });

  it('proposes nothing for binary frames, nothing and chatter', () => {
    expect(learn('')).toBeNull();
    expect(learn('booting\nready\n')).toBeNull();
    const frames = DECODER_CASES.find(({ config }) => config.kind === 'frames')!;
    expect(learnFormat(frames.bytes, PLACE)).toBeNull();
  });

  it('reads the rest of a feed with what it learnt from the start', () => {
    const start = 'Logger ready\ntime,p,q\n' + repeat(30, (i) => `${iso(i)},${i},1`);
    const { config } = learn(start)!;
    // After a restart in the middle no header comes.
    const again = learnFormat(new TextEncoder().encode(`${iso(31)},5,1\n`), PLACE);
    expect(again).not.toBeNull();
    expect(config).toMatchObject({ names: ['time', 'p', 'q'] });
  });
});
