/** One message through one sink, by its kind. */
import type { AlertMessage, SinkConfig } from '../../../../shared/domain/alert.ts';
import { sendToProgram } from './program.ts';
import { DeliveryError } from './sink.ts';
import { sendSyslog } from './syslog.ts';
import { sendWebhook } from './webhook.ts';

/** Shows a notification or plays a sound; answers whether a window or shell was there for it. */
export type Tell = (kind: 'notification' | 'sound', message: AlertMessage) => boolean;

export async function send(config: SinkConfig, message: AlertMessage, tell: Tell): Promise<void> {
  switch (config.kind) {
    case 'webhook':
      return sendWebhook(config, message);
    // Their libraries are large and few have such a sink: the start does not wait for them.
    case 'mqtt':
      return (await import('./mqtt.ts')).sendMqtt(config, message);
    case 'email':
      return (await import('./email.ts')).sendEmail(config, message);
    case 'program':
      return sendToProgram(config, message);
    case 'syslog':
      return sendSyslog(config, message);
    case 'desktop':
    case 'sound': {
      const kind = config.kind === 'sound' ? 'sound' : 'notification';
      if (tell(kind, message)) return;
      throw new DeliveryError('No window is open; it is shown as soon as one is.');
    }
  }
}
