/**
 * Reporter of Vitest: writes down the test files whose process was ended by a signal, as V8 does by
 * SIGTRAP on a fault of its own. No test has failed by that, and none of theirs was gone through.
 */
import { writeFileSync } from 'node:fs';

const DIED = /exited unexpectedly with signal (\w+) .* test file (.+)$/;

export default class DiedFiles {
  onTestRunEnd(_modules, errors) {
    const file = process.env.OFFBEAT_DIED;
    if (!file) return;
    const died = errors.map(({ cause }) => DIED.exec(cause?.message ?? ''));
    // Any other error is one of the run, and fails it.
    const all = died.every(Boolean) ? died.map(([, signal, path]) => ({ signal, path })) : [];
    writeFileSync(file, JSON.stringify(all));
  }
}
