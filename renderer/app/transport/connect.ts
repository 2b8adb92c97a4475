/** How a page reaches the engine: the preload's transport in Electron, else a WebSocket. */
import type { Api, ApiEvents } from '../../../shared/contract/api.ts';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import type { ShellApi, ShellEvents } from '../../../shared/contract/shell-api.ts';
import type { Transport } from '../../../shared/contract/transport.ts';
import { openSocket } from './web-socket.ts';

declare global {
  interface Window {
    /** Exposed by the preload, and nothing else. */
    readonly offbeat?: Transport;
  }
}

export type ConnectionState = 'connecting' | 'open' | 'closed';
export type ApiClient = Client<Api & ShellApi, ApiEvents & ShellEvents>;

export interface Connection {
  readonly client: ApiClient;
  readonly state: ConnectionState;
  onState(listener: (state: ConnectionState) => void): void;
}

export function connect(): Connection {
  const { offbeat } = window;
  if (offbeat) return overPreload(offbeat);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return openSocket(`${scheme}://${location.host}/api`);
}

/** The shell is always there; the engine behind it may be started anew. */
function overPreload(transport: Transport): Connection {
  const client: ApiClient = createClient(transport);
  const onState: Connection['onState'] = (listener) => void client.on('engine.state', listener);
  return { client, state: 'open', onState };
}
