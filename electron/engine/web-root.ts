/** The built renderer as a web root: which file a path means, and the headers every answer has. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, relative, sep } from 'node:path';

export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ');

/** The page that computes lies in a hidden frame of the other; nothing else may frame anything. */
const COMPUTE_PAGE = '/compute.html';
const FRAMED_POLICY = CONTENT_SECURITY_POLICY.replace(
  "frame-ancestors 'none'",
  "frame-ancestors 'self'",
);

/** COOP and COEP isolate the page, which shared memory needs. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface WebFile {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The file behind a URL path. What lies outside the root, or is unknown, is not found. */
export async function webFile(root: string, urlPath: string): Promise<WebFile> {
  const path = filePath(root, urlPath);
  const type = path ? TYPES[extname(path)] : undefined;
  const body = path && type ? await readFile(path).catch(() => null) : null;
  if (!body || !type) {
    const headers = { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' };
    return { status: 404, headers, body: new Uint8Array() };
  }
  // The bundler names what lies in assets by its content.
  const named = relative(root, path!).startsWith(`assets${sep}`);
  const caching = named ? 'max-age=31536000, immutable' : 'no-cache';
  const headers: Record<string, string> = {
    ...SECURITY_HEADERS,
    'Content-Type': type,
    'Cache-Control': caching,
  };
  if (urlPath === COMPUTE_PAGE) headers['Content-Security-Policy'] = FRAMED_POLICY;
  return { status: 200, headers, body };
}

/** null for a path that is malformed or leaves the root. */
export function filePath(root: string, urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const wanted = decoded === '/' ? '/index.html' : decoded;
  const base = normalize(root + sep);
  const path = join(base, wanted);
  return path.startsWith(base) ? path : null;
}
