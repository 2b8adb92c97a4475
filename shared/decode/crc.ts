/** Checks of frames. Each answers a whole number for bytes [from, to). */
import type { FrameCheck } from '../domain/feed.ts';

export interface Check {
  /** How many bytes it takes in the frame. */
  readonly bytes: number;
  of(bytes: Uint8Array, from: number, to: number): number;
}

export const CHECKS: Readonly<Record<FrameCheck, Check>> = {
  none: { bytes: 0, of: () => 0 },
  'sum-8': {
    bytes: 1,
    of: (bytes, from, to) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum = (sum + bytes[i]) & 0xff;
      return sum;
    },
  },
  'crc-8': forward(1, 0x07, 0),
  'crc-16-modbus': reflected(2, 0xa001, 0xffff, 0),
  'crc-16-ccitt': forward(2, 0x1021, 0xffff),
  'crc-32': reflected(4, 0xedb88320, 0xffffffff, 0xffffffff),
};

/** Most significant bit first; 8 or 16 bits. */
function forward(size: 1 | 2, polynomial: number, initial: number): Check {
  const bits = 8 * size;
  const mask = 2 ** bits - 1;
  const table = Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let k = 0; k < 8; k++) crc = (crc << 1) ^ ((crc >>> (bits - 1)) & 1 ? polynomial : 0);
    return crc & mask;
  });
  return {
    bytes: size,
    of: (bytes, from, to) => {
      let crc = initial;
      for (let i = from; i < to; i++) {
        crc = ((crc << 8) ^ table[((crc >>> (bits - 8)) ^ bytes[i]) & 0xff]) & mask;
      }
      return crc;
    },
  };
}

/** Least significant bit first; the polynomial is given with its bits in that order. */
function reflected(size: 2 | 4, polynomial: number, initial: number, last: number): Check {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    return crc >>> 0;
  });
  return {
    bytes: size,
    of: (bytes, from, to) => {
      let crc = initial;
      for (let i = from; i < to; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 0xff];
      return (crc ^ last) >>> 0;
    },
  };
}
