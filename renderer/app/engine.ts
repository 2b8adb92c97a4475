/** The one connection of this window to the engine. */
import { shallowRef } from 'vue';
import { connect } from './transport/connect.ts';

const connection = connect();
export const engine = connection.client;

/** What the window shows of the connection. */
export const connectionState = shallowRef(connection.state);
connection.onState((state) => (connectionState.value = state));
