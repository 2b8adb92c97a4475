import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceConfig } from '../../shared/domain/feed.ts';
import { FEED_EXAMPLES, formatFeedUrl, parseFeedUrl } from '../../shared/domain/feed-url.ts';

const host = fc.constantFrom('192.168.0.7', 'gateway.example', '::1', '0.0.0.0');
const port = fc.integer({ min: 1, max: 65_535 });
const address = { host, port };
const word = fc.stringMatching(/^[a-zA-Z0-9 %?&=#+ü运_.-]{1,12}$/).filter((s) => s.trim() === s);
const path = word.map((name) => `/dev/${name}`);
const secret = fc.oneof(fc.constant(''), word);
const line = {
  path,
  baud: fc.constantFrom(9600, 115_200),
  dataBits: fc.constantFrom(5, 6, 7, 8),
  parity: fc.constantFrom('none', 'even', 'odd'),
  stopBits: fc.constantFrom(1, 1.5, 2),
};
const register = fc.record({
  name: fc.stringMatching(/^[a-zA-Z0-9 %&=ü]{1,8}$/),
  table: fc.constantFrom('holding', 'input'),
  address: fc.integer({ min: 0, max: 65_535 }),
  type: fc.constantFrom('int16', 'uint32', 'float64'),
  scale: fc.constantFrom(1, 0.1, -2, 1e-6),
  wordOrder: fc.constantFrom('big', 'little'),
});
const simulated = {
  machine: fc.constantFrom('pump', 'server', 'phone'),
  seed: fc.nat(),
  periodMs: fc.constantFrom(20, 1000),
  speed: fc.constantFrom(0.1, 1, 1000),
};
const of = (kind: string, parts: object): fc.Arbitrary<SourceConfig> =>
  fc.record({ kind: fc.constant(kind), ...parts }) as fc.Arbitrary<SourceConfig>;

const configs = fc.oneof(
  of('serial', line),
  of('tcp', { ...address, idleMs: fc.constantFrom(0, 30_000) }),
  of('tcp-listen', address),
  of('udp', address),
  of('http-listen', { ...address, token: secret }),
  of('websocket', { url: fc.constantFrom('ws://a:81/x?y=1&z', 'wss://b/'), token: secret }),
  of('mqtt', {
    ...address,
    tls: fc.boolean(),
    topics: fc.array(fc.constantFrom('a/+/c', 'plant/#', '#', 'ü %?x'), { minLength: 1 }),
    version: fc.constantFrom(4, 5),
    qos: fc.constantFrom(0, 1),
    clientId: secret,
    user: secret,
    password: secret,
    caFile: secret,
    will: fc.oneof(
      fc.constant(null),
      fc.record({ topic: fc.constant('a/b'), payload: word, retain: fc.boolean() }),
    ),
  }),
  of('modbus', {
    link: fc.oneof(
      fc.record({ kind: fc.constant('tcp'), ...address }),
      fc.record({ kind: fc.constant('rtu'), ...line }),
    ),
    unit: fc.integer({ min: 0, max: 255 }),
    registers: fc.array(register, { minLength: 1, maxLength: 4 }),
    periodMs: fc.constantFrom(10, 1000),
  }),
  of('file', { path, from: fc.constantFrom('start', 'end') }),
  of('folder', { path, pattern: fc.constantFrom('*', '*.csv', 'a?b') }),
  of('stdin', {}),
  of('simulate', simulated),
  of('simulate', { ...simulated, startMs: fc.integer({ min: 0, max: 4e12 }) }),
  of('replay', { stream: word, speed: fc.constantFrom(0.1, 1, 1000) }),
);

describe('addresses of feeds', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(configs, (config) => {
        expect(parseFeedUrl(formatFeedUrl(config))).toEqual(config);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries(FEED_EXAMPLES))('the example of %s is good', (scheme, example) => {
    const config = parseFeedUrl(example);
    expect(formatFeedUrl(config)).toMatch(new RegExp(`^${scheme}:`));
  });

  it('hide their secrets when asked', () => {
    const config = parseFeedUrl('mqtt://me:hush@broker/a');
    expect(formatFeedUrl(config, 'hidden')).not.toContain('hush');
    const push = parseFeedUrl('http-listen://:8080?token=hushhushhushhush');
    expect(formatFeedUrl(push, 'hidden')).not.toContain('hush');
  });

  it('listen on this machine alone unless told', () => {
    expect(parseFeedUrl('http-listen://:8080')).toMatchObject({ host: '127.0.0.1' });
    expect(parseFeedUrl('tcp-listen://:0')).toMatchObject({ host: '127.0.0.1', port: 0 });
    expect(parseFeedUrl('udp://0.0.0.0:9')).toMatchObject({ host: '0.0.0.0' });
  });

  it.each([
    ['tcp://gateway', /names no port/],
    ['tcp://:4001', /names no host/],
    ['tcp://a:99999', /port is "99999"; a whole number from 1 to 65535/],
    ['tcp://a:1?speed=2', /"speed" is no option of tcp:; it has idle/],
    ['serial:', /names nothing/],
    ['serial:COM3?baud=fast', /baud is "fast"/],
    ['serial:COM3?parity=odd&parity=even', /parity is given 2 times/],
    ['mqtt://broker', /names no topic/],
    ['mqtt://broker/a/#/b', /no topic/],
    ['mqtt://broker/a+', /no topic/],
    ['mqtt://broker/a?will=x', /topic=payload/],
    ['modbus://a?unit=1', /names no register/],
    ['modbus://a?register=x:coil:0:int16', /table is "coil"; one of holding, input/],
    ['modbus://a?register=x:holding', /is no register/],
    ['simulate:rocket', /machine is "rocket"; one of pump, server, phone/],
    ['simulate:pump?start=noon', /start is "noon"; a time such as 2026-01-05T00:00Z/],
    ['replay:x?speed=5000', /speed is "5000"; a number from 0.1 to 1000/],
    ['gopher://a:1', /"gopher:" is no kind of feed/],
    ['machine.csv', /has no kind/],
    ['', /has no kind/],
  ])('%s is refused in words', (url, reason) => {
    expect(() => parseFeedUrl(url)).toThrow(reason);
    expect(() => parseFeedUrl(url)).toThrow(RangeError);
  });
});
