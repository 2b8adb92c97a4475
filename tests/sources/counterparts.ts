/** What the sources talk to: real sockets, files, brokers and devices, one of each kind. */
import type { SourceConfig } from '../../shared/domain/feed.ts';
import { BROKERS } from './brokers.ts';
import { DEVICES } from './devices.ts';
import { FILES } from './files.ts';
import type { SourceReader } from './reader.ts';
import { SOCKETS } from './sockets.ts';

export interface Counterpart {
  readonly config: SourceConfig;
  /** Resolves once the source is open and rows can be sent to it. */
  attach(reader: SourceReader): Promise<void>;
  /** Resolves once the text is on its way. */
  send(text: string): Promise<void>;
  /** The other side goes away without a good-bye and comes back. */
  breakOff(reader: SourceReader): Promise<void>;
  close(): Promise<void>;
}

export interface CounterpartKind {
  readonly name: string;
  /** What becomes of what a slow reader does not take; a device that is asked loses nothing. */
  readonly slow: 'waits' | 'drops' | 'is asked';
  /** A program that must be installed. */
  readonly needs?: string;
  make(): Promise<Counterpart>;
}

export const COUNTERPARTS: readonly CounterpartKind[] = [
  ...SOCKETS,
  ...FILES,
  ...BROKERS,
  ...DEVICES,
];
