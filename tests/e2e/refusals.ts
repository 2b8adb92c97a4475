/** An engine that refuses some of what it is asked, as it does when its disk fails. */
import type { Page } from '@playwright/test';
import { decodeFrame, encodeFrame, type TextCodec } from '../../shared/contract/codec.ts';
import type { CallMessage } from '../../shared/contract/wire.ts';

export const REFUSED = 'The workspace could not be read: disk I/O error.';

const utf8: TextCodec = {
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes) => new TextDecoder().decode(bytes),
};

/** Loads the page anew; whatever of these methods it calls fails until it is let go. */
export async function refuse(page: Page, methods: Iterable<string>): Promise<() => void> {
  const refused = new Set(methods);
  await page.routeWebSocket('**/api', (socket) => {
    const engine = socket.connectToServer();
    socket.onMessage((data) => {
      const { id, method } = decodeFrame(data as Buffer, utf8) as CallMessage;
      if (!refused.has(method)) return engine.send(data);
      const failure = { kind: 'failure', id, code: 'storage', message: REFUSED };
      socket.send(Buffer.from(encodeFrame(failure, utf8)));
    });
  });
  await page.reload();
  return () => refused.clear();
}
