/** Which fields the form of a way to tell has, by its kind. */
import type { SinkConfig } from '../../../shared/domain/alert.ts';

interface Field {
  /** Key of the config, and of its words. */
  readonly name: string;
  /** `lines`: one entry a line. `headers`: `Name: value`, one a line. */
  readonly type: 'text' | 'secret' | 'number' | 'lines' | 'area' | 'headers' | 'choice';
  /** Of a choice; their words are the values. */
  readonly choices?: readonly string[];
  readonly hint?: string;
}

export const SINK_FIELDS: Readonly<Record<SinkConfig['kind'], readonly Field[]>> = {
  desktop: [],
  sound: [],
  webhook: [
    { name: 'url', type: 'text', hint: 'https://example.org/hook' },
    { name: 'method', type: 'choice', choices: ['POST', 'PUT'] },
    { name: 'secret', type: 'secret' },
    { name: 'headers', type: 'headers', hint: 'Authorization: Bearer …' },
    { name: 'contentType', type: 'text' },
    { name: 'template', type: 'area', hint: '{"text": "{{title}}"}' },
  ],
  email: [
    { name: 'to', type: 'lines', hint: 'ops@example.org' },
    { name: 'from', type: 'text', hint: 'offbeat@example.org' },
    { name: 'host', type: 'text', hint: 'smtp.example.org' },
    { name: 'port', type: 'number' },
    { name: 'security', type: 'choice', choices: ['tls', 'starttls', 'plain'] },
    { name: 'user', type: 'text' },
    { name: 'password', type: 'secret' },
  ],
  mqtt: [
    { name: 'url', type: 'text', hint: 'mqtt://127.0.0.1:1883' },
    { name: 'user', type: 'text' },
    { name: 'password', type: 'secret' },
    { name: 'prefix', type: 'text' },
    { name: 'discovery', type: 'text', hint: 'homeassistant' },
  ],
  program: [
    { name: 'path', type: 'text', hint: '/usr/local/bin/page-me' },
    { name: 'args', type: 'lines', hint: '{{title}}' },
    { name: 'timeoutMs', type: 'number' },
  ],
  syslog: [
    { name: 'host', type: 'text' },
    { name: 'port', type: 'number' },
    { name: 'protocol', type: 'choice', choices: ['udp', 'tcp'] },
    { name: 'facility', type: 'number' },
  ],
};

export type SinkField = Field;

type Header = { readonly name: string; readonly value: string };

export function headerLines(headers: readonly Header[]): string {
  return headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
}

export function headersOf(text: string): readonly Header[] {
  return linesOf(text).map((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) return { name: line, value: '' };
    return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
  });
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
