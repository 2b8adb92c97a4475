/**
 * An HTTP request. `Idempotency-Key` is the same at every attempt, so that a receiver that saw a
 * message whose answer was lost does not take it twice. The signature covers time and body:
 *   Offbeat-Signature: t=<unix s>,v1=<hex HMAC-SHA256(secret, "<t>.<body>")>
 */
import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../../../../shared/domain/alert.ts';
import { asIs, fillTemplate, inForm, inJson } from '../template.ts';
import { DeliveryError, payloadOf, SEND_TIMEOUT_MS, type Send } from './sink.ts';

const FINAL_FROM = 400;
const FINAL_BELOW = 500;
/** Timeout, conflict with an attempt still under way, too early, too many: these pass. */
const PASSING = [408, 409, 425, 429];
const ANSWER_CHARS_MAX = 200;

export const sendWebhook: Send<WebhookConfig> = async (config, message) => {
  const body = bodyOf(config, message);
  const headers = new Headers({
    'Content-Type': config.contentType || 'application/json',
    'User-Agent': 'Offbeat',
  });
  for (const { name, value } of config.headers) headers.set(name, value);
  headers.set('Idempotency-Key', message.key);
  if (config.secret !== '') headers.set('Offbeat-Signature', signature(config.secret, body));
  const response = await request(config, headers, body);
  const { status } = response;
  if (response.ok) return void (await response.body?.cancel());
  const answer = (await response.text().catch(() => '')).slice(0, ANSWER_CHARS_MAX);
  const isFinal = status >= FINAL_FROM && status < FINAL_BELOW && !PASSING.includes(status);
  const said = `The server answered ${status}${answer ? `: ${answer}` : ''}`;
  throw new DeliveryError(said, isFinal, retryAfter(response.headers.get('Retry-After')));
};

async function request(config: WebhookConfig, headers: Headers, body: string): Promise<Response> {
  const { url, method } = config;
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  try {
    // A redirect could lead anywhere, with the secret's signature in hand.
    return await fetch(url, { method, headers, body, redirect: 'manual', signal });
  } catch (error) {
    const { cause, message: said } = error as Error & { cause?: Error };
    throw new DeliveryError(cause?.message || said);
  }
}

function bodyOf(config: WebhookConfig, message: Parameters<Send<WebhookConfig>>[1]): string {
  if (config.template === '') return JSON.stringify(payloadOf(message));
  const type = config.contentType.toLowerCase();
  const isForm = type.includes('x-www-form-urlencoded');
  const escape = isForm ? inForm : type === '' || type.includes('json') ? inJson : asIs;
  return fillTemplate(config.template, message, escape);
}

export function signature(
  secret: string,
  body: string,
  at = Math.floor(Date.now() / 1000),
): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

/** Seconds or a date, as ms from now. */
function retryAfter(text: string | null): number | null {
  if (text === null) return null;
  const ms = /^\d+$/.test(text.trim()) ? 1000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
