/** E-mail. The Message-ID is made of the key: mail servers drop a second one with the same. */
import { createTransport } from 'nodemailer';
import type { AlertMessage, EmailConfig } from '../../../../shared/domain/alert.ts';
import { escapeHtml } from '../../report/escape-html.ts';
import { DeliveryError, oneLine, SEND_TIMEOUT_MS, type Send } from './sink.ts';

/** The server will say the same again (RFC 5321, 5yz). */
const PERMANENT_FROM = 500;

/** No lists, groups, comments or quotes: what is written here is one receiver. */
const PLAIN_ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;

export const sendEmail: Send<EmailConfig> = async (config, message) => {
  const { host, port, security, user, password, from, to } = config;
  const strange = [from, ...to].find((address) => !PLAIN_ADDRESS.test(address));
  if (strange !== undefined) {
    throw new DeliveryError(
      `${oneLine(strange)} is no plain address like ops@plant.example.`,
      true,
    );
  }
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls' },
    ...(user !== '' && { auth: { user, pass: password } }),
    ...{ connectionTimeout: SEND_TIMEOUT_MS, greetingTimeout: SEND_TIMEOUT_MS },
    ...{ socketTimeout: SEND_TIMEOUT_MS, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({
      ...{ from, to: [...to] },
      subject: oneLine(message.title),
      messageId: `<${message.key}@offbeat.invalid>`,
      text: message.text,
      html: htmlOf(message),
      attachments: message.files.map((path) => ({ path })),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Offbeat-Kind': message.kind },
    });
  } catch (error) {
    const { responseCode, message: said } = error as Error & { responseCode?: number };
    throw new DeliveryError(said, (responseCode ?? 0) >= PERMANENT_FROM);
  } finally {
    transport.close();
  }
};

function htmlOf({ title, text }: AlertMessage): string {
  const lines = text.split('\n').map((line) => `<p>${escapeHtml(line)}</p>`);
  return `<h2>${escapeHtml(oneLine(title))}</h2>${lines.join('')}`;
}
