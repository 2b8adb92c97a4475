/** The machines that can be simulated live, each with its faults built in and repeated. */
import type { SimulatedMachine } from '../../../shared/domain/feed.ts';
import type { Channel } from '../../../shared/domain/stream.ts';
import { createFaultRounds, type FaultKind } from './simulator-faults.ts';
import { createPhoneMachine, PHONE_CHANNELS, PHONE_FAULTS } from './simulator-phone.ts';
import { createPump, PUMP_CHANNELS } from './simulator-pump.ts';
import { createServerMachine, SERVER_CHANNELS, SERVER_FAULTS } from './simulator-server.ts';

export interface MachineOrder {
  readonly seed: number;
  /** Time of the first row, ms. */
  readonly startMs: number;
  readonly periodMs: number;
}

export interface Machine {
  readonly channels: readonly Channel[];
  /** The values of the next row. The same order gives the same rows. */
  next(): readonly number[];
  /** What is built in around a row, counted from 0; rows inclusive. */
  faultsAt(row: number): readonly { first: number; last: number; kind: string }[];
}

const PUMP_FAULTS: readonly FaultKind[] = ['cavitation', 'bearing-wear', 'sensor-stuck'];

export function createMachine(kind: SimulatedMachine, order: MachineOrder): Machine {
  switch (kind) {
    case 'pump': {
      const faultsAt = createFaultRounds(PUMP_FAULTS, order.seed);
      return { channels: PUMP_CHANNELS, next: createPump(order, faultsAt), faultsAt };
    }
    case 'server': {
      const faultsAt = createFaultRounds(SERVER_FAULTS, order.seed);
      return { channels: SERVER_CHANNELS, next: createServerMachine(order, faultsAt), faultsAt };
    }
    case 'phone': {
      const faultsAt = createFaultRounds(PHONE_FAULTS, order.seed);
      return { channels: PHONE_CHANNELS, next: createPhoneMachine(order, faultsAt), faultsAt };
    }
  }
}
