/**
 * A broker: the state of an alert as a retained topic, what happens as events, and where Home
 * Assistant looks, the device itself. QoS 1 may deliver twice; the key in the payload tells.
 */
import { connectAsync } from 'mqtt';
import type { AlertMessage, MqttConfig } from '../../../../shared/domain/alert.ts';
import { DeliveryError, payloadOf, SEND_TIMEOUT_MS, type Send } from './sink.ts';

interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export const sendMqtt: Send<MqttConfig> = async (config, message) => {
  const { url, user, password } = config;
  const client = await connectAsync(url, {
    ...(user !== '' && { username: user, password }),
    ...{ reconnectPeriod: 0, connectTimeout: SEND_TIMEOUT_MS, clean: true },
  }).catch((error: Error) => {
    throw new DeliveryError(`The broker cannot be reached: ${error.message}`);
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new DeliveryError('The broker did not acknowledge in time.')),
    SEND_TIMEOUT_MS,
  );
  client.on('error', (error) => late.reject(new DeliveryError(error.message)));
  client.on('close', () => late.reject(new DeliveryError('The broker closed the connection.')));
  late.promise.catch(() => undefined);
  try {
    for (const { topic, payload, retain } of publicationsOf(config, message)) {
      await Promise.race([client.publishAsync(topic, payload, { qos: 1, retain }), late.promise]);
    }
  } finally {
    clearTimeout(timer);
    await client.endAsync().catch(() => undefined);
  }
};

/** In the order they are to be read: what it is, what happened, how it stands. */
export function publicationsOf(config: MqttConfig, message: AlertMessage): Publication[] {
  const { rule, stream } = message;
  const payload = JSON.stringify({ ...payloadOf(message), event_type: message.kind });
  if (!rule || !stream) {
    return [{ topic: `${topicLevel(config.prefix)}/test`, payload, retain: false }];
  }
  const id = `offbeat_r${rule.id}_s${stream.id}`;
  const base = `${topicLevel(config.prefix)}/${id}`;
  const state = message.kind === 'resolve' ? 'OFF' : 'ON';
  return [
    ...(config.discovery === '' ? [] : discoveryOf(config, message, id, base)),
    { topic: `${base}/event`, payload, retain: false },
    { topic: `${base}/attributes`, payload, retain: true },
    { topic: `${base}/state`, payload: state, retain: true },
  ];
}

/** A binary sensor that shows a problem and an event entity, as one device a stream. */
function discoveryOf(
  { discovery }: MqttConfig,
  { rule, stream }: AlertMessage,
  id: string,
  base: string,
): Publication[] {
  const device = {
    identifiers: [`offbeat_s${stream!.id}`],
    name: stream!.name,
    manufacturer: 'Offbeat',
  };
  const common = { name: rule!.name, device, qos: 1 };
  const sensor = {
    ...common,
    ...{ unique_id: id, device_class: 'problem', state_topic: `${base}/state` },
    json_attributes_topic: `${base}/attributes`,
  };
  const event = {
    ...common,
    ...{ unique_id: `${id}_event`, state_topic: `${base}/event` },
    event_types: ['raise', 'escalate', 'resolve'],
  };
  const at = topicLevel(discovery);
  return [
    { topic: `${at}/binary_sensor/${id}/config`, payload: JSON.stringify(sensor), retain: true },
    { topic: `${at}/event/${id}/config`, payload: JSON.stringify(event), retain: true },
  ];
}

/** Wildcards and control characters are no part of a topic that is written to. */
function topicLevel(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[+#\u0000-\u001f]/g, '_').replace(/^\/+|\/+$/g, '');
}
