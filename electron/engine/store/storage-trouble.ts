/** What may pass told from what is broken: a full disk, a locked file and their like in words. */
import { Failure } from '../../../shared/contract/failure.ts';

export type Methods = Record<string, (...args: unknown[]) => unknown>;

/** The same methods; trouble with the file becomes Failure `storage`. */
export function withWords(methods: Methods, file: string): Methods {
  const worded = Object.entries(methods).map(([name, method]) => {
    const call = (...args: unknown[]): unknown => {
      try {
        return method(...args);
      } catch (error) {
        throw troubleOf(error, file) ?? error;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(worded) as Methods;
}

/** null for what is no trouble of the file. */
function troubleOf(error: unknown, file: string): Failure | null {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string') return null;
  const say = (what: string): Failure => new Failure('storage', `${what} (${file}: ${message}).`);
  if (code === 'SQLITE_FULL') return say('The disk is full; make room and storing goes on');
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return say('Another program has locked the workspace; close it and storing goes on');
  }
  if (code.startsWith('SQLITE_IOERR')) return say('The workspace cannot be written');
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return say('The workspace may not be written');
  }
  return null;
}
