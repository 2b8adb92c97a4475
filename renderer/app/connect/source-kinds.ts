/** The ways to connect a device: a few fields each, which together are its address. */
export type FieldName =
  | 'path'
  | 'baud'
  | 'parity'
  | 'host'
  | 'port'
  | 'topic'
  | 'user'
  | 'password'
  | 'unit'
  | 'registers'
  | 'url'
  | 'token'
  | 'machine'
  | 'pattern';

export interface Field {
  readonly name: FieldName;
  readonly initial: string;
  readonly kind: 'text' | 'number' | 'secret' | 'choice';
  /** Of a choice. */
  readonly options?: readonly string[];
}

export type Values = Readonly<Partial<Record<FieldName, string>>>;

export interface SourceKindForm {
  readonly fields: readonly Field[];
  /** The address as the command line has it too. */
  address(values: Values): string;
}

const text = (name: FieldName, initial: string): Field => ({ name, initial, kind: 'text' });
const number = (name: FieldName, initial: number): Field => {
  return { name, initial: String(initial), kind: 'number' };
};
const secret = (name: FieldName): Field => ({ name, initial: '', kind: 'secret' });
const choice = (name: FieldName, options: readonly string[]): Field => {
  return { name, initial: options[0], kind: 'choice', options };
};

/** What an address would read as something else. */
const part = (value = ''): string => value.trim().replace(/[%?#\s]/g, encodeURIComponent);
const query = (value = ''): string => encodeURIComponent(value.trim());
const host = (value = ''): string => {
  const bare = value.trim();
  return bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare;
};

export const SOURCE_KINDS = {
  serial: {
    fields: [
      text('path', '/dev/ttyUSB0'),
      number('baud', 115_200),
      choice('parity', ['none', 'even', 'odd']),
    ],
    address: ({ path, baud, parity }) =>
      `serial:${part(path)}?baud=${query(baud)}&parity=${query(parity)}`,
  },
  mqtt: {
    fields: [
      text('host', 'localhost'),
      number('port', 1883),
      text('topic', 'sensors/#'),
      text('user', ''),
      secret('password'),
    ],
    address: ({ host: at, port, topic, user, password }) => {
      const login = user ? `${query(user)}${password ? `:${query(password)}` : ''}@` : '';
      const levels = (topic ?? '').trim().replace(/[%?\s]/g, encodeURIComponent);
      return `mqtt://${login}${host(at)}:${query(port)}/${levels}`;
    },
  },
  modbus: {
    fields: [
      text('host', '192.168.0.7'),
      number('port', 502),
      number('unit', 1),
      text('registers', 'flow:holding:0:float32'),
    ],
    address: ({ host: at, port, unit, registers = '' }) => {
      const all = registers.split(/[\s,]+/).filter((one) => one !== '');
      const asked = all.map((one) => `&register=${query(one)}`).join('');
      return `modbus://${host(at)}:${query(port)}?unit=${query(unit)}${asked}`;
    },
  },
  tcp: {
    fields: [text('host', '192.168.0.7'), number('port', 4001)],
    address: ({ host: at, port }) => `tcp://${host(at)}:${query(port)}`,
  },
  'tcp-listen': {
    fields: [text('host', '127.0.0.1'), number('port', 4001)],
    address: ({ host: at, port }) => `tcp-listen://${host(at)}:${query(port)}`,
  },
  udp: {
    fields: [text('host', '127.0.0.1'), number('port', 4001)],
    address: ({ host: at, port }) => `udp://${host(at)}:${query(port)}`,
  },
  'http-listen': {
    fields: [text('host', '127.0.0.1'), number('port', 8081), secret('token')],
    address: ({ host: at, port, token }) =>
      `http-listen://${host(at)}:${query(port)}?token=${query(token)}`,
  },
  websocket: {
    fields: [text('url', 'ws://192.168.0.7:81/data'), secret('token')],
    address: ({ url = '', token }) => {
      return token ? url.trim().replace('://', `://:${query(token)}@`) : url.trim();
    },
  },
  file: {
    fields: [text('path', '/var/log/machine.csv')],
    address: ({ path }) => `file:${part(path)}?follow`,
  },
  folder: {
    fields: [text('path', '/var/data'), text('pattern', '*.csv')],
    address: ({ path, pattern }) => `folder:${part(path)}?pattern=${query(pattern)}`,
  },
  simulate: {
    fields: [choice('machine', ['pump', 'server', 'phone'])],
    address: ({ machine }) => `simulate:${machine}?period=${machine === 'phone' ? 20 : 1000}`,
  },
} as const satisfies Record<string, SourceKindForm>;

export type KindName = keyof typeof SOURCE_KINDS;
export const KIND_NAMES = Object.keys(SOURCE_KINDS) as readonly KindName[];

export function initialValues(kind: KindName): Record<string, string> {
  const { fields } = SOURCE_KINDS[kind];
  return Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
}

export function addressOf(kind: KindName, values: Values): string {
  return SOURCE_KINDS[kind].address(values);
}
