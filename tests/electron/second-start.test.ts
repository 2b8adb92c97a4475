import { beforeAll, expect, it } from 'vitest';
import { ensureBuilt, loadNatively, standIn } from './native.ts';

const { app, seen } = standIn;

beforeAll(ensureBuilt);

it('ends without a window when another Offbeat is running', () => {
  app.lock = false;
  loadNatively('out/main/index.js');
  expect(seen.quits).toBe(1);
  expect(seen.windows).toEqual([]);
  expect(seen.protocols.size).toBe(0);
});
