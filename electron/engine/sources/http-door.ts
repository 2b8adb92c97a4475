/** Who may push to the HTTP port: the right Host, no foreign Origin, the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';

export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

export function createPushDoor({ host, token }: { readonly host: string; readonly token: string }) {
  const expected = digestOf(`Bearer ${token}`);
  const isLoopback = LOOPBACK.includes(host);
  return ({ headers, method }: IncomingMessage): Refusal | null => {
    // A page of another site that resolves to this machine names itself here.
    const names = isLoopback ? LOOPBACK : [...LOOPBACK, host, ...ownNames()];
    const asked = nameOf(`http://${headers.host ?? ''}`);
    if (asked === null || !names.includes(asked)) {
      return { status: 403, text: `The Host "${headers.host ?? ''}" is none of this machine.` };
    }
    if (headers.origin !== undefined && nameOf(headers.origin) !== asked) {
      return { status: 403, text: 'Pages of other sites may not push.' };
    }
    const given = digestOf(headers.authorization ?? '');
    if (!timingSafeEqual(given, expected)) {
      return {
        status: 401,
        text: 'A header "Authorization: Bearer <token>" with the token of this port was expected.',
        headers: { 'WWW-Authenticate': 'Bearer' },
      };
    }
    if (method !== 'POST' && method !== 'PUT') {
      return { status: 405, text: 'POST or PUT was expected.', headers: { Allow: 'POST, PUT' } };
    }
    return null;
  };
}

/** Of equal length whatever was sent, so that comparing takes equal time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function nameOf(url: string): string | null {
  try {
    return new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase() || null;
  } catch {
    return null;
  }
}

/** Every name and address this machine may be called by. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const name = hostname().toLowerCase();
  return [name, `${name}.local`, ...addresses.map(({ address }) => address.toLowerCase())];
}
