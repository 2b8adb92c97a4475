/**
 * Import of a large CSV into a real workspace, beside a bare papaparse run over the same file.
 * Usage: node tests/bench/ingest.ts [rows] [channels]
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import Papa from 'papaparse';
import { createEngine } from '../../electron/engine/engine.ts';
import { createRandom } from '../../shared/math/prng.ts';

const START_MS = Date.UTC(2026, 0, 1);

async function writeCsv(path: string, rows: number, channels: number): Promise<void> {
  const random = createRandom(1);
  const out = createWriteStream(path);
  const names = Array.from({ length: channels }, (_, k) => `c${k}`);
  out.write(`time,${names.join(',')}\n`);
  let lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    const stamp = new Date(START_MS + i * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const values = names.map((_, k) => (20 + k + Math.sin(i / 300) + random.uniform()).toFixed(4));
    lines.push(`${stamp},${values.join(',')}`);
    if (lines.length < 5000 && i + 1 < rows) continue;
    if (!out.write(lines.join('\n') + '\n')) await once(out, 'drain');
    lines = [];
  }
  out.end();
  await once(out, 'finish');
}

/** Runs in a process of its own, so that its peak memory is the import's alone. */
async function importAlone(path: string, workspace: string): Promise<void> {
  const engine = await createEngine({ workspace, shell: 'browser', version: 'bench' });
  const started = performance.now();
  const { plan } = await engine.preview(path, 'bench.csv', {});
  const job = engine.startImport(path, 'bench.csv', 'Bench', plan);
  const { status, failure } = await engine.jobs.finished(job.id);
  const seconds = (performance.now() - started) / 1000;
  if (status !== 'done') throw new Error(failure?.message ?? status);
  const [stream] = await engine.store.read['stream.list']();
  const opened = performance.now();
  const view = await engine.store.read['stream.view'](stream.id, stream.range!, 2000);
  const viewMs = performance.now() - opened;
  await engine.close();
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const points = view.t.length;
  console.log(JSON.stringify({ rows: stream.rows, seconds, peakMb, viewMs, points }));
}

async function bareParse(path: string): Promise<number> {
  const started = performance.now();
  let rows = 0;
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(createReadStream(path), {
      chunk: ({ data }) => {
        rows += data.length;
      },
      complete: () => resolve(),
      error: reject,
    });
  });
  return rows / ((performance.now() - started) / 1000);
}

const [first, second, third] = process.argv.slice(2);
if (first === '--alone') {
  await importAlone(second, third);
} else {
  const rows = Number(first ?? 1_000_000);
  const channels = Number(second ?? 8);
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-bench-'));
  try {
    const path = join(folder, 'bench.csv');
    await writeCsv(path, rows, channels);
    const { size } = await stat(path);
    console.log(`${rows} rows × ${channels} channels, ${(size / 1e6).toFixed(0)} MB`);
    const args = [import.meta.filename, '--alone', path, join(folder, 'workspace')];
    const alone = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      rows: number;
      seconds: number;
      peakMb: number;
      viewMs: number;
      points: number;
    };
    const rate = alone.rows / alone.seconds;
    const bare = await bareParse(path);
    console.log(
      `import into SQLite  ${rate.toFixed(0)} rows/s, peak ${alone.peakMb.toFixed(0)} MB`,
    );
    console.log(
      `bare papaparse      ${bare.toFixed(0)} rows/s (ratio ${(rate / bare).toFixed(2)})`,
    );
    console.log(`overview            ${alone.points} points in ${alone.viewMs.toFixed(0)} ms`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
