/** What no page may do, for every window that is ever made. */
import { app, session, shell, type WebContents } from 'electron';

export const EXTERNAL_SITE = 'https://offbeat.invalid/';
/** The only places the system's browser is sent to. */
const EXTERNAL_ORIGINS: ReadonlySet<string> = new Set([new URL(EXTERNAL_SITE).origin]);

/** Call before the app is ready: only then does the sandbox hold for every process. */
export function guardContents(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => guard(contents));
}

/** Camera, notifications, devices: the page needs none, so it is refused all. Once ready. */
export function denyPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
}

function guard(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}

/** Anything but a listed https origin is dropped: a page must not start other programs. */
function openExternal(url: string): void {
  const origin = URL.parse(url)?.origin;
  if (!origin || !EXTERNAL_ORIGINS.has(origin)) return;
  // A system without a browser is no reason to end.
  shell.openExternal(url).catch(() => undefined);
}
