/** Schemes of the application's own. */
import { app } from './app.ts';
import { setHandler, type Answer } from './page-server.ts';
import { strict } from './strict.ts';

export interface Scheme {
  readonly scheme: string;
  readonly privileges: Readonly<Record<string, boolean>>;
}

const schemes: Scheme[] = [];

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (more: readonly Scheme[]): void => {
    if (app.isReady()) throw new Error('Schemes are registered before the app is ready.');
    schemes.push(...more);
  },
  handle: (scheme: string, answer: Answer): void => {
    if (!schemes.some((each) => each.scheme === scheme)) {
      throw new Error(`The scheme ${scheme} was not registered before the app was ready.`);
    }
    setHandler(scheme, answer);
  },
});
