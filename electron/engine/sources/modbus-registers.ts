/** Registers of a Modbus device: which to read at once, and what their words mean. */
import type { ModbusRegister, RegisterType } from '../../../shared/domain/feed.ts';

const WORDS: Readonly<Record<RegisterType, number>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  float64: 4,
};

/** The protocol's limit of one request. */
const REQUEST_WORDS_MAX = 125;

/** Neighbouring registers of a table that one request reads. */
export interface RegisterBlock {
  readonly table: ModbusRegister['table'];
  readonly address: number;
  readonly words: number;
  /** Places in the list of registers. */
  readonly members: readonly number[];
}

/** Only what was asked for: many devices refuse a request that touches any other address. */
export function blocksOf(registers: readonly ModbusRegister[]): RegisterBlock[] {
  const order = registers
    .map((_, index) => index)
    .sort(
      (a, b) =>
        registers[a].table.localeCompare(registers[b].table) ||
        registers[a].address - registers[b].address,
    );
  const blocks: {
    table: ModbusRegister['table'];
    address: number;
    words: number;
    members: number[];
  }[] = [];
  for (const index of order) {
    const { table, address, type } = registers[index];
    const last = blocks.at(-1);
    const end = address + WORDS[type];
    const joins = last && last.table === table && address <= last.address + last.words;
    if (joins && end - last.address <= REQUEST_WORDS_MAX) {
      last.words = Math.max(last.words, end - last.address);
      last.members.push(index);
    } else {
      blocks.push({ table, address, words: WORDS[type], members: [index] });
    }
  }
  return blocks;
}

/** value = scale · raw; the bytes within a word are always most significant first. */
export function valueOf(register: ModbusRegister, words: readonly number[], at: number): number {
  const count = WORDS[register.type];
  const view = new DataView(new ArrayBuffer(8));
  for (let k = 0; k < count; k++) {
    const from = register.wordOrder === 'big' ? at + k : at + count - 1 - k;
    view.setUint16(2 * k, words[from]);
  }
  const value = register.scale * READ[register.type](view);
  return Number.isFinite(value) ? value : NaN;
}

const READ: Readonly<Record<RegisterType, (view: DataView) => number>> = {
  int16: (view) => view.getInt16(0),
  uint16: (view) => view.getUint16(0),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  float32: (view) => view.getFloat32(0),
  float64: (view) => view.getFloat64(0),
};
