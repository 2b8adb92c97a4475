/** A serial port. A device does not wait, so the oldest bytes are dropped and counted. */
import { stat } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import type { SerialLine, SourceConfig } from '../../../shared/domain/feed.ts';
import { createPieceQueue } from './piece-queue.ts';
import { streamPiece } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';

export type SerialConfig = Extract<SourceConfig, { kind: 'serial' }>;

export function createSerialSource(
  config: SerialConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const what = `serial:${config.path} at ${config.baud} baud`;
  const session: Session = async function* (signal, opened) {
    // Loaded when it is needed: it brings a program of each platform.
    const { SerialPort } = await import('serialport');
    const queue = createPieceQueue(host, limits);
    const port = new SerialPort({ ...serialOptions(config), autoOpen: false });
    const abort = (): void => queue.close();
    signal.addEventListener('abort', abort);
    let stopWatching = (): void => undefined;
    try {
      await openPort(port, config.path);
      stopWatching = await watchPath(config.path, limits.serialCheckMs, () => {
        queue.close(new Error(`${config.path} is gone`));
      });
      // The device may be in the middle of a line.
      let joined = true;
      port.on('data', (bytes: Buffer) => {
        const piece = streamPiece(bytes, '');
        queue.offer(joined ? { ...piece, joined } : piece);
        joined = false;
      });
      port.on('error', (error) => queue.close(error));
      port.on('close', () => queue.close(new Error('The port was closed or unplugged')));
      opened();
      if (!signal.aborted) yield* queue.read();
    } finally {
      signal.removeEventListener('abort', abort);
      stopWatching();
      await closePort(port);
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

export function serialOptions({ path, baud, dataBits, parity, stopBits }: SerialLine) {
  return { path, baudRate: baud, dataBits, parity, stopBits };
}

async function openPort(port: SerialPort, path: string): Promise<void> {
  const error = await new Promise<Error | null>((resolve) => port.open(resolve));
  if (error) throw new Error(await openingReason(error.message, path));
}

/** In words, with the ports there are. */
async function openingReason(message: string, path: string): Promise<string> {
  if (/permission denied|access denied|EACCES/i.test(message)) {
    const hint = process.platform === 'linux' ? '; on Linux its user is in the group dialout' : '';
    return `${path} may not be opened${hint}`;
  }
  if (/cannot lock|busy|access is denied/i.test(message)) {
    return `${path} is in use by another program`;
  }
  if (!/no such file|file not found|ENOENT/i.test(message)) return message;
  const { SerialPort } = await import('serialport');
  const ports = await SerialPort.list().catch(() => []);
  const found = ports.map((port) => port.path).join(', ') || 'none';
  return `There is no ${path}; ports found: ${found}`;
}

/**
 * Calls back when another device or none stands under the path. On Linux a line that hung up can
 * read as silence for ever, and the library asks it again at once each time. On Windows a port is
 * no file, and its driver tells.
 */
async function watchPath(path: string, everyMs: number, gone: () => void): Promise<() => void> {
  const device = async (): Promise<bigint | null> => {
    const stats = await stat(path, { bigint: true }).catch(() => null);
    return stats && stats.ino;
  };
  const first = await device();
  if (first === null) return () => undefined;
  const timer = setInterval(() => {
    void device().then((now) => {
      if (now !== first) gone();
    });
  }, everyMs);
  return () => clearInterval(timer);
}

async function closePort(port: SerialPort): Promise<void> {
  port.removeAllListeners('data');
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => port.close(() => resolve()));
}
