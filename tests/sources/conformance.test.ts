/** What holds for every live source, against real counterparts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COUNTERPARTS, type Counterpart } from './counterparts.ts';
import { QUICK, SourceReader } from './reader.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i} ${(from + i) / 8}\n`).join('');
const counted = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe.each(COUNTERPARTS)('$name', ({ make, slow }) => {
  let other: Counterpart;
  let reader: SourceReader;
  beforeEach(async () => {
    other = await make();
  });
  afterEach(async () => {
    await reader.stop();
    await other.close();
  });

  it('brings every row, in order, and says when it is open and when it has ended', async () => {
    reader = new SourceReader(other.config);
    await other.attach(reader);
    for (let at = 0; at < 300; at += 30) await other.send(lines(at, at + 30));
    await reader.until(() => reader.rows.length >= 300);
    await reader.stop();
    expect(reader.firsts()).toEqual(counted(0, 300));
    expect(reader.rows.every(({ values }) => values[1] === values[0]! / 8)).toBe(true);
    expect(reader.bad).toEqual([]);
    const states = reader.states.map(({ status }) => status);
    expect(states[0]).toBe('connecting');
    expect(states).toContain('open');
    expect(states.at(-1)).toBe('ended');
  });

  it('goes on when the other side went away and came back', async () => {
    reader = new SourceReader(other.config);
    await other.attach(reader);
    await other.send(lines(0, 10));
    await reader.until(() => reader.rows.length >= 10);
    for (let round = 1; round <= 3; round++) {
      await other.breakOff(reader);
      await other.send(lines(10 * round, 10 * round + 10));
      await reader.until(() => reader.rows.length >= 10 * round + 10);
    }
    expect(reader.firsts()).toEqual(counted(0, 40));
    expect(reader.bad).toEqual([]);
  });

  it.runIf(slow === 'waits')('loses nothing when it is read slowly', async () => {
    reader = new SourceReader(other.config, {
      limits: { ...QUICK, queuePieces: 4, fileChunkBytes: 4096 },
    });
    await other.attach(reader);
    reader.pause();
    const before = reader.pieces.length;
    const sent = (async () => {
      for (let at = 0; at < 20_000; at += 1000) await other.send(lines(at, at + 1000));
    })();
    await reader.until(() => reader.pieces.length > before);
    expect(reader.rows.length).toBeLessThan(20_000);
    reader.goOn();
    await sent;
    await reader.until(() => reader.rows.length >= 20_000);
    expect(reader.firsts()).toEqual(counted(0, 20_000));
    expect(reader.dropped).toBe(0);
  });

  it('stops at once while nothing comes', async () => {
    reader = new SourceReader(other.config);
    await other.attach(reader);
    await reader.stop();
    expect(reader.error).toBeNull();
    expect(reader.states.at(-1)!.status).toBe('ended');
  });
});
