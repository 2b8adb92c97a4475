/** Registers: which are read at once, what their words mean, and a device that refuses some. */
import { once } from 'node:events';
import fc from 'fast-check';
import { ServerTCP } from 'modbus-serial';
import { describe, expect, it } from 'vitest';
import { blocksOf, valueOf } from '../../electron/engine/sources/modbus-registers.ts';
import type { ModbusRegister, RegisterType } from '../../shared/domain/feed.ts';
import { freePort } from './brokers.ts';
import { SourceReader } from './reader.ts';

const register = (part: Partial<ModbusRegister>): ModbusRegister => ({
  name: 'x',
  table: 'holding',
  address: 0,
  type: 'int16',
  scale: 1,
  wordOrder: 'big',
  ...part,
});

describe('registers', () => {
  it.each<[RegisterType, 'big' | 'little', number[], number]>([
    ['int16', 'big', [0xfffe], -2],
    ['uint16', 'big', [0xfffe], 65_534],
    ['int32', 'big', [0xffff, 0xfffe], -2],
    ['uint32', 'little', [0x0002, 0x0001], 65_538],
    ['float32', 'big', [0x41a4, 0x0000], 20.5],
    ['float32', 'little', [0x0000, 0x41a4], 20.5],
    ['float64', 'big', [0x4034, 0x8000, 0, 0], 20.5],
    ['float64', 'little', [0, 0, 0x8000, 0x4034], 20.5],
    ['float32', 'big', [0x7fc0, 0], NaN],
  ])('reads %s, %s word first', (type, wordOrder, words, expected) => {
    const one = register({ type, wordOrder });
    expect(valueOf(one, [7, ...words, 7], 1)).toBe(expected);
    if (expected === expected) {
      expect(valueOf({ ...one, scale: 0.1 }, words, 0)).toBeCloseTo(expected / 10, 9);
    }
  });

  it('are read in few requests that touch nothing else', () => {
    const any = fc.record({
      name: fc.constant('x'),
      table: fc.constantFrom('holding', 'input'),
      address: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 65_000 })),
      type: fc.constantFrom('int16', 'int32', 'float64'),
      scale: fc.constant(1),
      wordOrder: fc.constant('big'),
    }) as fc.Arbitrary<ModbusRegister>;
    const width = { int16: 1, uint16: 1, int32: 2, uint32: 2, float32: 2, float64: 4 };
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 80 }), (registers) => {
        const blocks = blocksOf(registers);
        const members = blocks.flatMap((block) => block.members);
        expect(members.toSorted((a, b) => a - b)).toEqual(registers.map((_, i) => i));
        for (const block of blocks) {
          expect(block.words).toBeLessThanOrEqual(125);
          const touched = new Set<number>();
          for (const i of block.members) {
            const { table, address, type } = registers[i]!;
            expect(table).toBe(block.table);
            for (let k = 0; k < width[type]; k++) touched.add(address + k);
          }
          expect(touched.size).toBe(block.words);
          expect(Math.min(...touched)).toBe(block.address);
        }
      }),
    );
  });
});

describe('a device', () => {
  it('that refuses an address still gives the others, and says so', async () => {
    const port = await freePort();
    const vector = {
      getInputRegister: (address: number): number => {
        if (address > 9) throw Object.assign(new Error('no'), { modbusErrorCode: 2 });
        return 100 + address;
      },
      getHoldingRegister: (address: number): number => 200 + address,
    };
    const server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: 1 });
    await once(server, 'initialized');
    const reader = new SourceReader({
      kind: 'modbus',
      link: { kind: 'tcp', host: '127.0.0.1', port },
      unit: 1,
      periodMs: 5,
      registers: [
        register({ name: 'a', table: 'input', address: 3, scale: 0.5 }),
        register({ name: 'b', table: 'input', address: 50 }),
        register({ name: 'c', address: 7 }),
      ],
    });
    await reader.until(() => reader.rows.length >= 2);
    await reader.stop();
    expect(reader.rows[0]).toMatchObject({ names: ['a', 'b', 'c'], values: [51.5, NaN, 207] });
    expect(reader.rows[0]!.t).toBeNaN();
    const details = reader.states.map(({ detail }) => detail);
    expect(details.some((detail) => /refuses input registers from 50 on/.test(detail))).toBe(true);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
