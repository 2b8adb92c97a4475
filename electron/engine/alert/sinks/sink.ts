/** A way to people or programs. Sending ends well, or throws what went wrong. */
import type { AlertMessage } from '../../../../shared/domain/alert.ts';

/** Throws DeliveryError; anything else thrown is tried again like one. */
export type Send<Config> = (config: Config, message: AlertMessage) => Promise<void>;

export class DeliveryError extends Error {
  /** Trying again cannot help: what was sent, or how it is set up, is refused. */
  readonly isFinal: boolean;
  /** The receiver asked for this pause, ms. */
  readonly retryAfterMs: number | null;

  constructor(message: string, isFinal = false, retryAfterMs: number | null = null) {
    super(message);
    this.name = 'DeliveryError';
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A sink that does not answer must not hold up the others. */
export const SEND_TIMEOUT_MS = 20_000;

/** Control characters end lines and headers; a title has none. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').trim();
}

/** What programs get: the message without paths of this machine. */
export function payloadOf(message: AlertMessage): Record<string, unknown> {
  const { files, time, events, ...rest } = message;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    ...{ format: 'offbeat-alert/1', ...rest, time: iso(time) },
    events: events.map((event) => ({ ...event, start: iso(event.start), end: iso(event.end) })),
    ...(files.length > 0 ? { files: files.length } : {}),
  };
}
