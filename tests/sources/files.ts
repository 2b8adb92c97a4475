/** Growing files that are rotated and cut, and a folder that they appear in. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counterpart, CounterpartKind } from './counterparts.ts';

export const FILES: readonly CounterpartKind[] = [
  { name: 'file', slow: 'waits', make: growingFile },
  { name: 'folder', slow: 'waits', make: fillingFolder },
];

async function growingFile(): Promise<Counterpart> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-follow-'));
  const path = join(folder, 'machine.csv');
  writeFileSync(path, '');
  return {
    config: { kind: 'file', path, from: 'start' },
    attach: (reader) => reader.isOpen(),
    send: async (text) => appendFileSync(path, text),
    breakOff: async (reader) => {
      renameSync(path, `${path}.1`);
      await reader.until(() => reader.states.at(-1)!.status === 'waiting');
      writeFileSync(path, '');
      await reader.isOpen();
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}

async function fillingFolder(): Promise<Counterpart> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-folder-'));
  let number = 0;
  return {
    config: { kind: 'folder', path: folder, pattern: '*.csv' },
    attach: (reader) => reader.isOpen(),
    send: async (text) => appendFileSync(join(folder, `run-${number}.csv`), text),
    // The next file is written to from now on.
    breakOff: async () => void number++,
    close: async () => rmSync(folder, { recursive: true }),
  };
}
