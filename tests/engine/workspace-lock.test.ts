import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';

const HOLDER = join(import.meta.dirname, 'workspace-holder.ts');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'offbeat-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (workspace: string): Promise<Engine> =>
  createEngine({ workspace, shell: 'browser', version: 'test' });

describe('a workspace', () => {
  test('belongs to one engine at a time, and is free again after it closed', async () => {
    const first = await open(folder);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is open in another Offbeat') as string,
    });
    await first.close();
    const second = await open(folder);
    expect(await second.store.read['stream.list']()).toEqual([]);
    await second.close();
  });

  test.skipIf(process.platform === 'win32')('is free after its engine was killed', async () => {
    const child = spawn(process.execPath, [HOLDER, folder]);
    await once(child.stdout, 'data');
    await expect(open(folder)).rejects.toMatchObject({ code: 'conflict' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const engine = await open(folder);
    await engine.close();
    expect(readdirSync(folder)).toContain('offbeat.sqlite');
  });

  test('cannot be a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'x');
    await expect(open(file)).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
