import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../electron/cli/cli.ts', import.meta.url));

it.skipIf(process.platform === 'win32')(
  'a command whose reader has seen enough ends quietly',
  async () => {
    const child = spawn(process.execPath, [CLI, 'connect', '--help']);
    let complaints = '';
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(complaints).toBe('');
  },
);
