import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt, loadNatively, standIn } from './native.ts';

const { seen } = standIn;
let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'offbeat-desktop-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('says why and ends when the workspace cannot be opened', async () => {
  const workspace = join(folder, 'workspace');
  await writeFile(workspace, 'a file where a folder should be');
  process.argv.push('--workspace', workspace);
  loadNatively('out/main/index.js');
  await expect.poll(() => seen.exits, { timeout: 10_000 }).toEqual([1]);
  expect(seen.errors).toHaveLength(1);
  expect(seen.errors[0]).toMatch(/^Offbeat could not start: .*EEXIST/);
  expect(seen.windows).toEqual([]);
});
