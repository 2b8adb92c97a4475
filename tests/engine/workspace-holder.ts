/** Holds the workspace given as its argument until it is killed; prints a line once it does. */
import { createEngine } from '../../electron/engine/engine.ts';

await createEngine({ workspace: process.argv[2], shell: 'browser', version: 'test' });
console.log('open');
