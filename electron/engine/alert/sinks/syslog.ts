/** Syslog (RFC 5424), over UDP (RFC 5426) or TCP with counted octets (RFC 6587). */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import type { AlertMessage, SyslogConfig } from '../../../../shared/domain/alert.ts';
import type { Severity } from '../../../../shared/domain/event.ts';
import { DeliveryError, oneLine, SEND_TIMEOUT_MS, type Send } from './sink.ts';

/** RFC 5424, table 2: warning, error, critical; what is over is a notice. */
const LEVELS: Readonly<Record<Severity, number>> = { low: 4, medium: 3, high: 2 };
const NOTICE = 5;
/** What every receiver takes by UDP (RFC 5426, 3.2). */
const DATAGRAM_BYTES_MAX = 2048;
const HOST_CHARS_MAX = 255;

export const sendSyslog: Send<SyslogConfig> = async (config, message) => {
  const line = Buffer.from(lineOf(config.facility, message));
  await (config.protocol === 'udp' ? byUdp(config, line) : byTcp(config, line));
};

export function lineOf(facility: number, message: AlertMessage): string {
  const { severity, kind, key, time, title, stream } = message;
  const told = kind === 'raise' || kind === 'escalate';
  const level = told ? LEVELS[severity] : NOTICE;
  const host =
    hostname()
      .replace(/[^\x21-\x7e]/g, '_')
      .slice(0, HOST_CHARS_MAX) || '-';
  // 32473 is the number for examples (RFC 5612): no registered one is claimed.
  const data =
    `[offbeat@32473 key="${key}" kind="${kind}" severity="${severity}" ` +
    `stream="${parameter(stream?.name ?? '')}"]`;
  const head = `<${8 * facility + level}>1 ${new Date(time).toISOString()} ${host} offbeat`;
  return `${head} ${process.pid} ${kind} ${data} \ufeff${oneLine(title)}`;
}

/** RFC 5424, 6.3.3. */
function parameter(value: string): string {
  return oneLine(value).replace(/["\\\]]/g, '\\$&');
}

/** Cut between characters. */
function shortened(line: Buffer): Buffer {
  if (line.length <= DATAGRAM_BYTES_MAX) return line;
  let end = DATAGRAM_BYTES_MAX;
  while (((line[end] ?? 0) & 0xc0) === 0x80) end--;
  return line.subarray(0, end);
}

async function byUdp({ host, port }: SyslogConfig, line: Buffer): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.send(shortened(line), port, host, (error) => (error ? reject(error) : resolve()));
  try {
    await promise;
  } catch (error) {
    throw new DeliveryError(`The log server cannot be reached: ${(error as Error).message}`);
  } finally {
    socket.close();
  }
}

async function byTcp({ host, port }: SyslogConfig, line: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host, port });
  socket.setTimeout(SEND_TIMEOUT_MS, () => reject(new Error('it did not answer in time')));
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.end(Buffer.concat([Buffer.from(`${line.length} `), line]), () => resolve());
  });
  try {
    await promise;
  } catch (error) {
    throw new DeliveryError(`The log server cannot be reached: ${(error as Error).message}`);
  } finally {
    socket.destroySoon();
  }
}
