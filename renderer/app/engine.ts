/** The one connection of this window to the engine. */
import { getCurrentScope, onScopeDispose, shallowRef } from 'vue';
import { connect, type ApiClient } from './transport/connect.ts';

const connection = connect();
const { client } = connection;

/** Who listens in a component stops with it. */
const on: ApiClient['on'] = (event, listener) => {
  const stop = client.on(event, listener);
  if (getCurrentScope()) onScopeDispose(stop);
  return stop;
};
export const engine: ApiClient = { ...client, on };

/** What the window shows of the connection. */
export const connectionState = shallowRef(connection.state);
connection.onState((state) => (connectionState.value = state));
