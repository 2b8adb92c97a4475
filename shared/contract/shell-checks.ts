/** What a page may send to the shell. */
import * as v from 'valibot';
import { checksOf, type Schema } from './schema.ts';
import type { ShellApi } from './shell-api.ts';

const PATH_CHARS_MAX = 4096;
const none = v.strictTuple([]);
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(PATH_CHARS_MAX));

const schemas: { [K in keyof ShellApi]: Schema } = {
  'shell.abilities': none,
  'shell.pending': none,
  'shell.chooseFolder': none,
  'shell.moveWorkspace': v.strictTuple([path]),
  'shell.openLogs': none,
  'shell.startsAtLogin': none,
  'shell.setStartAtLogin': v.strictTuple([v.boolean()]),
  'shell.checkUpdate': none,
};

export const shellChecks = checksOf(schemas);
