/** app://offbeat: the built renderer with the headers of the browser shell; no file:// anywhere. */
import { protocol } from 'electron';
import { SECURITY_HEADERS, webFile } from '../engine/web-root.ts';
import { HOST, REPORT_HOST, SCHEME } from './origin.ts';
import { reportAt } from './print.ts';

/** A report draws itself and does nothing else. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Call before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Answers the page's requests from the folder of the built renderer. */
export function serveScheme(rendererDir: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    if (host === REPORT_HOST) return report(pathname);
    if (host !== HOST) return refusal(403);
    if (method !== 'GET' && method !== 'HEAD') return refusal(405);
    const { status, headers, body } = await webFile(rendererDir, pathname || '/');
    return new Response(method === 'HEAD' ? null : Buffer.from(body), { status, headers });
  });
}

function report(path: string): Response {
  const html = reportAt(path);
  if (html === null) return refusal(404);
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Security-Policy': REPORT_POLICY,
    'Content-Type': 'text/html; charset=utf-8',
  };
  return new Response(html, { headers });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...SECURITY_HEADERS } });
}
