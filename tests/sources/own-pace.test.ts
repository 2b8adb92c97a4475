/** Sources that come at a pace of their own: replays, simulations and standard input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceRows } from '../../electron/engine/sources/source.ts';
import { createMachine } from '../../electron/engine/sources/simulated-machine.ts';
import { parseFeedUrl } from '../../shared/domain/feed-url.ts';
import { SourceReader } from './reader.ts';

/** n rows, a second apart, in pieces of 7. */
async function* recording(n: number): AsyncGenerator<SourceRows> {
  for (let from = 0; from < n; from += 7) {
    const t = Float64Array.from({ length: Math.min(7, n - from) }, (_, i) => 1000 * (from + i));
    yield { names: ['a'], t, columns: [t.map((time) => time / 1000)] };
  }
}

describe('a replay', () => {
  it('brings every row once, with its own time, and ends', async () => {
    const reader = new SourceReader(
      { kind: 'replay', stream: 'pump', speed: 1000 },
      { stored: () => recording(200) },
    );
    const began = Date.now();
    await reader.ended();
    expect(reader.firsts()).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(reader.rows.every(({ t, values }) => t === 1000 * values[0]!)).toBe(true);
    // 199 s a thousand times as fast are no faster than that.
    expect(Date.now() - began).toBeGreaterThanOrEqual(195);
    expect(reader.states.at(-1)!.status).toBe('ended');
  });

  it('keeps the pace of the recording', async () => {
    const reader = new SourceReader(
      { kind: 'replay', stream: 'pump', speed: 0.1 },
      { stored: () => recording(200) },
    );
    await reader.until(() => reader.rows.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The next row is due after ten seconds.
    expect(reader.rows).toHaveLength(1);
    await reader.stop();
  });

  it('goes on where it was stored', async () => {
    const reader = new SourceReader(
      { kind: 'replay', stream: 'pump', speed: 1000 },
      { stored: () => recording(30), resume: () => '19000' },
    );
    await reader.ended();
    expect(reader.firsts()).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });
});

describe.each(['pump', 'server', 'phone'] as const)('the simulated %s', (kind) => {
  const order = { seed: 3, startMs: Date.UTC(2026, 0, 5), periodMs: 1000 };
  const rowsOf = (seed: number, count: number): (readonly number[])[] => {
    const machine = createMachine(kind, { ...order, seed });
    return Array.from({ length: count }, () => machine.next());
  };

  it('is the same for the same seed, another for another, and always finite', () => {
    const rows = rowsOf(3, 8000);
    expect(rowsOf(3, 8000)).toEqual(rows);
    expect(rowsOf(4, 100)).not.toEqual(rows.slice(0, 100));
    expect(rows.flat().every(Number.isFinite)).toBe(true);
    expect(rows[0]).toHaveLength(createMachine(kind, order).channels.length);
  });

  it('has each fault once a round, in the second half', () => {
    const machine = createMachine(kind, order);
    for (const round of [0, 1, 7]) {
      const faults = machine.faultsAt(3600 * round);
      expect(new Set(faults.map((fault) => fault.kind)).size).toBe(3);
      let end = 3600 * round + 1799;
      for (const { first, last } of faults) {
        expect(first).toBeGreaterThan(end);
        expect(last).toBeGreaterThan(first);
        end = last;
      }
      expect(end).toBeLessThan(3600 * (round + 1));
    }
  });

  it('shows its faults', () => {
    const rows = rowsOf(3, 3600);
    const machine = createMachine(kind, order);
    const healthy = rows.slice(0, 1700);
    for (const { first, last } of machine.faultsAt(0)) {
      const broken = rows.slice(first, last + 1);
      // Some channel leaves its healthy range, or its healthy restlessness.
      const strange = healthy[0]!.some((_, k) => {
        const calm = healthy.map((row) => row[k]!);
        const odd = broken.map((row) => row[k]!);
        const still = new Set(odd).size < odd.length / 4 && new Set(calm).size > calm.length / 4;
        return (
          still || Math.max(...odd) > Math.max(...calm) || Math.min(...odd) < Math.min(...calm)
        );
      });
      expect(strange).toBe(true);
    }
  });

  it('begins when it is told, so that its rows are the same again', async () => {
    const start = '2026-01-05T14:00:00.000Z';
    const source = parseFeedUrl(`simulate:${kind}?seed=3&speed=100&start=${start}`);
    const startMs = Date.parse(start);
    const machine = createMachine(kind, { seed: 3, startMs, periodMs: 1000 });
    const reader = new SourceReader(source);
    await reader.until(() => reader.rows.length >= 50);
    await reader.stop();
    const made = reader.rows.map((_, i) => ({ t: startMs + 1000 * i, values: machine.next() }));
    expect(reader.rows.map(({ t, values }) => ({ t, values }))).toEqual(made);
  });

  it('comes live, on the grid of its period', async () => {
    const reader = new SourceReader({
      kind: 'simulate',
      machine: kind,
      seed: 3,
      periodMs: 100,
      speed: 100,
    });
    await reader.until(() => reader.rows.length >= 300);
    await reader.stop();
    const times = reader.rows.map(({ t }) => t);
    expect(times.every((t, i) => i === 0 || t === times[i - 1]! + 100)).toBe(true);
    expect(reader.rows[0]!.t % 100).toBe(0);
  });
});

describe('standard input', () => {
  it('is read to its end, by a process of its own', async () => {
    const script = join(import.meta.dirname, 'read-stdin.ts');
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes) => (output += String(bytes)));
    for (let i = 0; i < 5000; i++) child.stdin.write(`${i} ${i / 8}\n`);
    child.stdin.end('5000 625');
    await once(child, 'close');
    expect(JSON.parse(output)).toEqual({
      rows: 5001,
      sum: (5000 * 5001) / 2,
      states: ['open', 'ended'],
    });
  });
});
