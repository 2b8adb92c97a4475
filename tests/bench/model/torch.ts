/** PyTorch on the processor, in a process of its own for each number of threads. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Discipline, Entry, Turn } from './contestant.ts';
import { LEARNING_RATE, type Task } from './shapes.ts';

const SCRIPT = join(import.meta.dirname, 'torch-peer.py');
const NAME = 'pytorch';
const BRING =
  'No Python with torch was found; on Debian: apt-get install python3-torch libopenblas0-openmp ' +
  "(without the OpenMP build of OpenBLAS, PyTorch's two threads are far slower than one), " +
  'elsewhere: pip install torch --index-url https://download.pytorch.org/whl/cpu.';

export async function openTorch(discipline: Discipline, task: Task): Promise<readonly Entry[]> {
  const python = ['python3', '/usr/bin/python3', 'python'].find(
    (program) => spawnSync(program, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
  if (!python) return [{ name: NAME, missing: BRING }];
  const threads = discipline === 'train' ? [1, 2] : [1];
  return Promise.all(threads.map((count) => open(python, discipline, task, count)));
}

async function open(
  python: string,
  discipline: Discipline,
  task: Task,
  threads: number,
): Promise<Entry> {
  const process = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<unknown> => {
    process.stdin.write(`${line}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${NAME} ended early; its own words stand above.`);
    return JSON.parse(value);
  };
  const order = { ...task, discipline, threads, learningRate: LEARNING_RATE };
  const { version } = (await ask(JSON.stringify(order))) as { version: string };
  return {
    contestant: {
      name: `${NAME}, ${threads} thread${threads > 1 ? 's' : ''}`,
      note: version,
      turn: async (steps) => (await ask(String(steps))) as Turn,
      close: async () => void process.stdin.end(),
    },
  };
}
