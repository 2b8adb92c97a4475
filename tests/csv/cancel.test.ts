import { afterAll, describe, expect, it } from 'vitest';
import { importCsv } from '../../electron/engine/sources/csv-import.ts';
import { previewCsv } from '../../electron/engine/sources/csv-preview.ts';
import { csvFolder, FILE_NAME, minute, table } from './csv-folder.ts';

const folder = csvFolder();
afterAll(() => folder.remove());

describe('a cancelled import', () => {
  const text = table('time,load', 120_000, (i) => `${minute(i)},${i % 13}`);

  it('ends after its sink has finished what it had in hand, and hands it no more', async () => {
    const path = folder.write(text);
    const { plan } = await previewCsv(path, FILE_NAME, {});
    const abort = new AbortController();
    const order: string[] = [];
    const imported = importCsv({
      path,
      fileName: FILE_NAME,
      plan,
      signal: abort.signal,
      onBatch: async () => {
        order.push('begun');
        abort.abort();
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push('finished');
      },
      onQuarantine: async () => undefined,
      onProgress: () => undefined,
    });
    await expect(imported).rejects.toMatchObject({ code: 'cancelled' });
    order.push('rejected');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(order).toEqual(['begun', 'finished', 'rejected']);
  });

  it('never begins when it was cancelled before', async () => {
    const path = folder.write(text);
    const { plan } = await previewCsv(path, FILE_NAME, {});
    let batches = 0;
    const imported = importCsv({
      path,
      fileName: FILE_NAME,
      plan,
      signal: AbortSignal.abort(),
      onBatch: async () => void batches++,
      onQuarantine: async () => undefined,
      onProgress: () => undefined,
    });
    await expect(imported).rejects.toThrow();
    expect(batches).toBe(0);
  });

  it('ends by the error of its sink', async () => {
    const path = folder.write(text);
    const { plan } = await previewCsv(path, FILE_NAME, {});
    const imported = importCsv({
      path,
      fileName: FILE_NAME,
      plan,
      signal: new AbortController().signal,
      onBatch: () => Promise.reject(new Error('the disk is full')),
      onQuarantine: async () => undefined,
      onProgress: () => undefined,
    });
    await expect(imported).rejects.toThrow('the disk is full');
  });
});
