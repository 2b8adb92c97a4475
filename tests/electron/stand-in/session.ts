/** Permissions: asked of the application's handlers, and really denied or granted in Chromium. */
import { chromium } from './browser.ts';
import { strict } from './strict.ts';

type Request = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

const NAMES = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
let request: Request = (_contents, _permission, answer) => answer(true);
let check: (contents: unknown, permission: string) => boolean = () => true;

const handlers: string[] = [];
export const session = strict('session', {
  defaultSession: strict('session.defaultSession', {
    /** Which of them the application set, and refuse. */
    handlers,
    setPermissionRequestHandler: (handler: Request): void => {
      handler(null, 'camera', (granted) => granted || handlers.push('request'));
      request = handler;
    },
    setPermissionCheckHandler: (handler: typeof check): void => {
      if (!handler(null, 'camera')) handlers.push('check');
      check = handler;
    },
    setDevicePermissionHandler: (handler: () => boolean): void => {
      if (!handler()) handlers.push('device');
    },
  }),
});

/** Granted unless both handlers say no, as Electron does it. */
export async function permissionSettings(origin: string): Promise<void> {
  const all = NAMES.map((name) => {
    let isGranted = check(null, name);
    request(null, name, (granted) => (isGranted &&= granted));
    const setting = isGranted ? 'granted' : 'denied';
    return chromium().send('Browser.setPermission', { permission: { name }, setting, origin });
  });
  await Promise.all(all);
}
