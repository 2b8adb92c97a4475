/** What holds for every live source, against real counterparts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram, howToBring } from '../system/programs.mjs';
import { COUNTERPARTS, type Counterpart } from './counterparts.ts';
import { QUICK, SourceReader } from './reader.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i} ${(from + i) / 8}\n`).join('');
const counted = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

const missing = (needs?: string): string =>
  needs && !findProgram(needs) ? ` (skipped: ${howToBring(needs)})` : '';

describe.each(COUNTERPARTS.map((one) => ({ ...one, name: one.name + missing(one.needs) })))(
  '$name',
  ({ make, slow, needs }) => {
    const isHere = missing(needs) === '';
    const test = isHere ? it : it.skip;
    let other: Counterpart;
    let reader: SourceReader;
    beforeEach(async () => {
      if (isHere) other = await make();
    });
    afterEach(async () => {
      await reader?.stop();
      await other?.close();
    });

    test('brings every row, in order, and says when it is open and when not', async () => {
      reader = new SourceReader(other.config);
      await other.attach(reader);
      // A device that is asked over a serial line answers some ten times a second.
      const count = slow === 'is asked' ? 30 : 300;
      for (let at = 0; at < count; at += 30) await other.send(lines(at, at + 30));
      await reader.until(() => reader.firsts().length >= count);
      await reader.stop();
      expect(reader.error).toBeNull();
      expect(reader.firsts()).toEqual(counted(0, count));
      const full = reader.rows.filter(({ values }) => !Number.isNaN(values[0]));
      expect(full.every(({ values }) => values[1] === values[0]! / 8)).toBe(true);
      expect(reader.bad).toEqual([]);
      const states = reader.states.map(({ status }) => status);
      expect(states[0]).toBe('connecting');
      expect(states).toContain('open');
      expect(states.at(-1)).toBe('ended');
    });

    test('goes on when the other side went away and came back', async () => {
      reader = new SourceReader(other.config);
      await other.attach(reader);
      await other.send(lines(0, 10));
      await reader.until(() => reader.firsts().length >= 10);
      for (let round = 1; round <= 3; round++) {
        await other.breakOff(reader);
        await other.send(lines(10 * round, 10 * round + 10));
        await reader.until(() => reader.firsts().length >= 10 * round + 10);
      }
      expect(reader.firsts()).toEqual(counted(0, 40));
      expect(reader.bad).toEqual([]);
    });

    if (slow === 'waits')
      test('loses nothing when it is read slowly', async () => {
        const limits = { ...QUICK, queuePieces: 4, fileChunkBytes: 4096 };
        reader = new SourceReader(other.config, { limits });
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

    if (slow === 'drops')
      test('drops the oldest when it is read slowly', async () => {
        reader = new SourceReader(other.config, { limits: { ...QUICK, queuePieces: 4 } });
        await other.attach(reader);
        await other.send(lines(0, 10));
        await reader.until(() => reader.rows.length >= 10);
        reader.pause();
        let sent = 10;
        while (reader.dropped < 3) {
          await other.send(lines(sent, (sent += 10)));
          await new Promise((resolve) => setImmediate(resolve));
        }
        reader.goOn();
        await other.send(lines(sent, (sent += 10)));
        await reader.until(() => reader.firsts().at(-1) === sent - 1);
        const numbers = reader.firsts();
        expect(numbers.length).toBeLessThan(sent);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        // What is left of a line whose middle was dropped is no row.
        expect(reader.rows.every(({ values }) => values[1] === values[0]! / 8)).toBe(true);
        expect(reader.bad).toEqual([]);
      });

    test('stops at once while nothing comes', async () => {
      reader = new SourceReader(other.config);
      await other.attach(reader);
      await reader.stop();
      expect(reader.error).toBeNull();
      expect(reader.states.at(-1)!.status).toBe('ended');
    });
  },
);
