/** A small contract that asks of a transport what the real one does, and more. */
import { apiChecks } from '../../shared/contract/checks.ts';
import type { Client } from '../../shared/contract/client.ts';
import { Failure } from '../../shared/contract/failure.ts';
import type { Check, Handlers } from '../../shared/contract/server.ts';
import type { Transport } from '../../shared/contract/transport.ts';

export interface Probe {
  echo(value: unknown): unknown;
  /** Answers after some milliseconds. */
  later(value: number, ms: number): number;
  never(): void;
  refuse(): void;
  crash(): void;
  /** Answers what no wire carries. */
  unsendable(): unknown;
  'view.series'(streamId: number, range: object, points: number): string;
}
export interface ProbeEvents {
  tick: unknown;
}

/** Both ends of a transport, opened for one test. */
export interface Pair {
  readonly client: Client<Probe, ProbeEvents>;
  /** The end that answers. */
  readonly engine: Transport;
  /** Puts a message on the wire that no client of ours would. */
  sendToEngine(message: unknown): void;
  /** Cuts the wire. */
  cut(): void;
  close(): Promise<void> | void;
}

export const handlers: Handlers<Probe> = {
  echo: (value) => value,
  later: (value, ms) => new Promise((resolve) => setTimeout(() => resolve(value), ms)),
  never: () => new Promise(() => undefined),
  refuse: () => {
    throw new Failure('not-found', 'There is no such thing.');
  },
  crash: () => {
    throw new TypeError('x is not a function');
  },
  unsendable: () => () => undefined,
  'view.series': () => 'seen',
};

const trusts: Check = (args) => args;
export const checks: Record<keyof Probe, Check> = {
  echo: trusts,
  later: trusts,
  never: trusts,
  refuse: trusts,
  crash: trusts,
  unsendable: trusts,
  'view.series': apiChecks['view.series'],
};
