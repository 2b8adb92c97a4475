/**
 * Feeds as people type them: `serial:/dev/ttyUSB0?baud=115200`, `tcp://192.168.0.7:4001`,
 * `mqtt://user:password@broker/plant/+/temperature?qos=1`. FEED_EXAMPLES has one of each.
 */
import type {
  ModbusRegister,
  MqttWill,
  SerialLine,
  SourceConfig,
  SourceKind,
  TcpAddress,
} from './feed.ts';
import { partsOf, UrlQuery, type UrlParts } from './url-query.ts';

export const FEED_EXAMPLES: Readonly<Record<string, string>> = {
  serial: 'serial:/dev/ttyUSB0?baud=115200&parity=none&bits=8&stop=1',
  tcp: 'tcp://192.168.0.7:4001?idle=30',
  'tcp-listen': 'tcp-listen://127.0.0.1:4001',
  udp: 'udp://127.0.0.1:4001',
  mqtt: 'mqtt://user:password@broker:1883/plant/+/temperature?qos=1&version=5',
  mqtts: 'mqtts://broker:8883/plant/#?ca=/etc/ssl/plant.pem',
  ws: 'ws://192.168.0.7:81/data',
  wss: 'wss://gateway.example/data',
  'http-listen': 'http-listen://127.0.0.1:8080?token=a-long-secret-of-your-own',
  modbus: 'modbus://192.168.0.7:502?unit=1&period=1000&register=flow:holding:0:float32',
  'modbus-rtu': 'modbus-rtu:/dev/ttyUSB0?baud=9600&parity=even&register=level:input:3:int16:0.1',
  file: 'file:/var/log/machine.csv?follow&from=end',
  folder: 'folder:/var/data?pattern=*.csv',
  stdin: 'stdin:',
  simulate: 'simulate:pump?seed=1&period=1000',
  replay: 'replay:Pump 3?speed=10',
};

const PORTS: Readonly<Record<string, number>> = { mqtt: 1883, mqtts: 8883, modbus: 502 };
const LOOPBACK = '127.0.0.1';

/** Throws RangeError saying what was found and what was expected. */
export function parseFeedUrl(url: string): SourceConfig {
  const parts = partsOf(url);
  const read = READERS[parts.scheme];
  if (!read) {
    const known = Object.keys(FEED_EXAMPLES).join(', ');
    const found = parts.scheme ? `"${parts.scheme}:" is no kind of feed` : `"${url}" has no kind`;
    throw new RangeError(`${found}; one of ${known} was expected, as in ${FEED_EXAMPLES.tcp}.`);
  }
  const query = new UrlQuery(parts, FEED_EXAMPLES[parts.scheme]);
  const config = read(parts, query);
  query.finish();
  return config;
}

type Reader = (parts: UrlParts, query: UrlQuery) => SourceConfig;

const READERS: Readonly<Record<string, Reader>> = {
  serial: (parts, query) => ({ kind: 'serial', ...serialLine(parts, query, 115_200) }),
  tcp: (parts, query) => ({
    kind: 'tcp',
    ...address(parts, query),
    idleMs: 1000 * query.number('idle', 0, { min: 0, max: 86_400 }),
  }),
  'tcp-listen': (parts, query) => ({ kind: 'tcp-listen', ...address(parts, query, LOOPBACK) }),
  udp: (parts, query) => ({ kind: 'udp', ...address(parts, query, LOOPBACK) }),
  mqtt: (parts, query) => mqtt(parts, query, false),
  mqtts: (parts, query) => mqtt(parts, query, true),
  ws: webSocket,
  wss: webSocket,
  'http-listen': (parts, query) => ({
    kind: 'http-listen',
    ...address(parts, query, LOOPBACK),
    token: query.text('token', ''),
  }),
  modbus: (parts, query) => modbus({ kind: 'tcp', ...address(parts, query) }, query),
  'modbus-rtu': (parts, query) => {
    return modbus({ kind: 'rtu', ...serialLine(parts, query, 9600) }, query);
  },
  file: (parts, query) => {
    query.flag('follow');
    const from = query.oneOf('from', ['start', 'end'] as const, 'start');
    return { kind: 'file', path: pathOf(parts, query), from };
  },
  folder: (parts, query) => ({
    kind: 'folder',
    path: pathOf(parts, query),
    pattern: query.text('pattern', '*'),
  }),
  stdin: () => ({ kind: 'stdin' }),
  simulate: (parts, query) => ({
    kind: 'simulate',
    machine: query.chosen(parts.path, ['pump', 'server', 'phone'] as const, 'machine'),
    seed: query.number('seed', 1, { min: 0, max: 2 ** 53 - 1, whole: true }),
    periodMs: query.number('period', 1000, { min: 1, max: 86_400_000 }),
    speed: query.number('speed', 1, { min: 0.1, max: 1000 }),
    ...startOf(query),
  }),
  replay: (parts, query) => ({
    kind: 'replay',
    stream: pathOf(parts, query),
    speed: query.number('speed', 1, { min: 0.1, max: 1000 }),
  }),
};

function pathOf({ path }: UrlParts, query: UrlQuery): string {
  const plain = path.startsWith('//') ? path.slice(2) : path;
  return plain === '' ? query.refuse('it names nothing after the colon') : plain;
}

/** host:port; `host` is taken where none is written, as for a port that is listened on. */
function address({ scheme, host, port }: UrlParts, query: UrlQuery, own = ''): TcpAddress {
  const chosen = host || own;
  if (chosen === '') query.refuse('it names no host');
  if (port === '' && PORTS[scheme] === undefined) query.refuse('it names no port');
  const least = own === '' ? 1 : 0;
  const number = query.asNumber('port', port || String(PORTS[scheme]), {
    min: least,
    max: 65_535,
    whole: true,
  });
  return { host: chosen, port: number };
}

function serialLine(parts: UrlParts, query: UrlQuery, baud: number): SerialLine {
  return {
    path: pathOf(parts, query),
    baud: query.number('baud', baud, { min: 50, max: 12_000_000, whole: true }),
    dataBits: query.oneOf('bits', [5, 6, 7, 8] as const, 8),
    parity: query.oneOf('parity', ['none', 'even', 'odd'] as const, 'none'),
    stopBits: query.oneOf('stop', [1, 1.5, 2] as const, 1),
  };
}

function mqtt(parts: UrlParts, query: UrlQuery, tls: boolean): SourceConfig {
  const topics = [parts.path.replace(/^\//, ''), ...query.all('topic')].filter(Boolean);
  if (topics.length === 0) query.refuse('it names no topic; # stands for all of them');
  for (const topic of topics) {
    if (isTopicFilter(topic)) continue;
    query.refuse(`"${topic}" is no topic: + stands for one level, # for all at the end`);
  }
  return {
    kind: 'mqtt',
    ...address(parts, query),
    tls,
    topics,
    version: query.oneOf('version', [4, 5] as const, 4),
    qos: query.oneOf('qos', [0, 1] as const, 1),
    clientId: query.text('client', ''),
    user: parts.user,
    password: parts.password,
    caFile: query.text('ca', ''),
    will: willOf(query),
  };
}

/** + and # stand for whole levels, # for the last ones only. */
export function isTopicFilter(topic: string): boolean {
  const levels = topic.split('/');
  return levels.every(
    (level, i) =>
      level === '+' || (level === '#' && i === levels.length - 1) || !/[+#\0]/.test(level),
  );
}

/** will=topic=payload. */
function willOf(query: UrlQuery): MqttWill | null {
  const will = query.text('will', '');
  if (will === '') return null;
  const at = will.indexOf('=');
  if (at <= 0) query.refuse(`will is "${will}"; topic=payload was expected`);
  return {
    topic: will.slice(0, at),
    payload: will.slice(at + 1),
    retain: query.flag('will-retain'),
  };
}

/** The token is written where a password is: ws://:token@host/path. */
function webSocket(parts: UrlParts, query: UrlQuery): SourceConfig {
  if (parts.host === '') query.refuse('it names no host');
  const at = parts.port ? `${hostText(parts.host)}:${parts.port}` : hostText(parts.host);
  const rest = query.takeAll();
  const url = `${parts.scheme}://${at}${parts.path || '/'}${rest ? `?${rest}` : ''}`;
  return { kind: 'websocket', url, token: parts.password };
}

function modbus(
  link: Extract<SourceConfig, { kind: 'modbus' }>['link'],
  query: UrlQuery,
): SourceConfig {
  const registers = query.all('register').map((text) => registerOf(text, query));
  if (registers.length === 0) {
    query.refuse('it names no register; register=name:holding:0:int16 was expected');
  }
  return {
    kind: 'modbus',
    link,
    unit: query.number('unit', 1, { min: 0, max: 255, whole: true }),
    registers,
    periodMs: query.number('period', 1000, { min: 1, max: 86_400_000 }),
  };
}

const TYPES = ['int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'] as const;

/** name:table:address:type, then :scale and :word order where they are not 1 and big. */
function registerOf(text: string, query: UrlQuery): ModbusRegister {
  const [name, table, at, type, scale = '1', order = 'big', ...more] = text.split(':');
  if (!name || type === undefined || more.length > 0) {
    query.refuse(`"${text}" is no register; name:holding:0:int16[:scale[:little]] was expected`);
  }
  return {
    name: name!,
    table: query.chosen(table!, ['holding', 'input'] as const, 'table'),
    address: query.asNumber('address', at!, { min: 0, max: 65_535, whole: true }),
    type: query.chosen(type!, TYPES, 'type'),
    scale: query.asNumber('scale', scale, { min: -1e12, max: 1e12 }),
    wordOrder: query.chosen(order, ['big', 'little'] as const, 'word order'),
  };
}

/** Such that parseFeedUrl answers the config again; without password and token where asked. */
export function formatFeedUrl(config: SourceConfig, secrets: 'shown' | 'hidden' = 'shown'): string {
  const write = WRITERS[config.kind] as (config: SourceConfig) => string;
  return write(secrets === 'shown' ? config : withoutSecrets(config));
}

function withoutSecrets(config: SourceConfig): SourceConfig {
  if (config.kind === 'mqtt') return { ...config, password: config.password && '…' };
  if (config.kind === 'websocket' || config.kind === 'http-listen') {
    return { ...config, token: config.token && '…' };
  }
  return config;
}

type Writers = { [K in SourceKind]: (config: Extract<SourceConfig, { kind: K }>) => string };

const WRITERS: Writers = {
  serial: (config) => `serial:${pathText(config.path)}${serialQuery(config)}`,
  tcp: (config) => `tcp://${at(config)}${queryText([['idle', config.idleMs / 1000, 0]])}`,
  'tcp-listen': (config) => `tcp-listen://${at(config)}`,
  udp: (config) => `udp://${at(config)}`,
  'http-listen': (config) => {
    return `http-listen://${at(config)}${queryText([['token', config.token, '']])}`;
  },
  websocket: ({ url, token }) => {
    return token ? url.replace('://', `://:${encodeURIComponent(token)}@`) : url;
  },
  mqtt: (config) => {
    const [first, ...others] = config.topics;
    const { will } = config;
    const password = config.password && `:${encodeURIComponent(config.password)}`;
    const user = config.user || password ? `${encodeURIComponent(config.user)}${password}@` : '';
    const query = queryText([
      ...others.map((topic) => ['topic', topic, ''] as const),
      ['qos', config.qos, 1],
      ['version', config.version, 4],
      ['client', config.clientId, ''],
      ['ca', config.caFile, ''],
      ['will', will ? `${will.topic}=${will.payload}` : '', ''],
      ['will-retain', will?.retain ? 'yes' : '', ''],
    ]);
    const scheme = config.tls ? 'mqtts' : 'mqtt';
    return `${scheme}://${user}${at(config)}/${pathText(first!)}${query}`;
  },
  modbus: ({ link, unit, registers, periodMs }) => {
    const own = [
      ['unit', unit, 1],
      ['period', periodMs, 1000],
      ...registers.map((register) => ['register', registerText(register), ''] as const),
    ] as const;
    if (link.kind === 'tcp') return `modbus://${at(link)}${queryText(own)}`;
    return `modbus-rtu:${pathText(link.path)}${serialQuery(link)}${queryText(own, '&')}`;
  },
  file: ({ path, from }) => {
    return `file:${pathText(path)}?follow${queryText([['from', from, 'start']], '&')}`;
  },
  folder: ({ path, pattern }) => {
    return `folder:${pathText(path)}${queryText([['pattern', pattern, '*']])}`;
  },
  stdin: () => 'stdin:',
  simulate: ({ machine, seed, periodMs, speed, startMs }) => {
    const query = queryText([
      ['seed', seed, 1],
      ['period', periodMs, 1000],
      ['speed', speed, 1],
      ['start', startMs === undefined ? '' : new Date(startMs).toISOString(), ''],
    ]);
    return `simulate:${machine}${query}`;
  },
  replay: ({ stream, speed }) => {
    return `replay:${pathText(stream)}${queryText([['speed', speed, 1]])}`;
  },
};

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function at({ host, port }: TcpAddress): string {
  return `${hostText(host)}:${port}`;
}

/** Only what the parser would read as something else. */
function pathText(path: string): string {
  return path.replace(/[%?]/g, encodeURIComponent);
}

function serialQuery({ baud, dataBits, parity, stopBits }: SerialLine): string {
  const all = [
    ['baud', baud, 0],
    ['bits', dataBits, 8],
    ['parity', parity, 'none'],
    ['stop', stopBits, 1],
  ] as const;
  return queryText(all);
}

function registerText({ name, table, address, type, scale, wordOrder }: ModbusRegister): string {
  return [name, table, address, type, scale, wordOrder].join(':');
}

/** When a simulated machine begins, where it is said. */
function startOf(query: UrlQuery): { readonly startMs?: number } {
  const text = query.text('start', '');
  if (text === '') return {};
  const startMs = Date.parse(text);
  if (startMs >= 0) return { startMs };
  return query.refuse(`start is "${text}"; a time such as 2026-01-05T00:00Z was expected`);
}

type Option = readonly [name: string, value: string | number, left: string | number];

/** The options that differ from what they are when left out. */
function queryText(options: readonly Option[], first: '?' | '&' = '?'): string {
  const written = options
    .filter(([, value, left]) => value !== left)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return written.length > 0 ? first + written.join('&') : '';
}
