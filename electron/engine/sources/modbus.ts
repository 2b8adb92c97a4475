/**
 * Registers of a Modbus device over TCP or a serial line (RTU), asked for once a period. What the
 * device refuses is missing in the row; a device that does not answer is connected to again.
 */
import type ModbusRTU from 'modbus-serial';
import type { ModbusRegister, SourceConfig } from '../../../shared/domain/feed.ts';
import { blocksOf, valueOf, type RegisterBlock } from './modbus-registers.ts';
import { sleep } from './piece.ts';
import { reconnecting, type Session } from './reconnecting.ts';
import { serialOptions } from './serial.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece } from './source.ts';

export type ModbusConfig = Extract<SourceConfig, { kind: 'modbus' }>;
type Client = InstanceType<typeof ModbusRTU>;

export function createModbusSource(
  config: ModbusConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  const { link, registers, periodMs, unit } = config;
  const what =
    link.kind === 'tcp' ? `modbus://${link.host}:${link.port}` : `modbus-rtu:${link.path}`;
  const names = registers.map(({ name }) => name);
  const blocks = blocksOf(registers);
  const session: Session = async function* (signal, opened) {
    const { default: Modbus } = await import('modbus-serial');
    const client = new Modbus();
    // Errors come back through the request that they end; this one would end the process.
    client.on('error', () => undefined);
    try {
      await orAborted(connect(client, config, limits), signal);
      client.setID(unit);
      client.setTimeout(limits.modbusReplyMs);
      let told = '';
      for (let due = Date.now(); !signal.aborted; due = nextDue(due, periodMs)) {
        await sleep(due - Date.now(), signal);
        if (signal.aborted) return;
        const { values, refusal } = await orAborted(readAll(client, registers, blocks), signal);
        // Open is what answers; a port alone may have nobody behind it.
        if (told === '') opened();
        if (refusal !== told) host.status('open', refusal ? `${what}: ${refusal}` : what);
        told = refusal || ' ';
        yield rowPiece(names, values);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await closed(client);
    }
  };
  return { read: (signal) => reconnecting(what, session, signal, host, limits) };
}

/** Polls that were missed are left out; the others keep their beat. */
function nextDue(due: number, periodMs: number): number {
  const missed = Math.max(0, Math.floor((Date.now() - due) / periodMs));
  return due + periodMs * Math.max(1, missed);
}

async function connect(
  client: Client,
  { link }: ModbusConfig,
  limits: SourceLimits,
): Promise<void> {
  if (link.kind === 'rtu') {
    const { path, ...options } = serialOptions(link);
    await client.connectRTUBuffered(path, options);
  } else {
    await client.connectTCP(link.host, { port: link.port, timeout: limits.connectMs });
  }
}

interface Answers {
  readonly values: number[];
  /** What the device refused, in words; empty when nothing. */
  readonly refusal: string;
}

async function readAll(
  client: Client,
  registers: readonly ModbusRegister[],
  blocks: readonly RegisterBlock[],
): Promise<Answers> {
  const values = registers.map(() => NaN);
  let refusal = '';
  for (const { table, address, words, members } of blocks) {
    try {
      const { data } =
        table === 'holding'
          ? await client.readHoldingRegisters(address, words)
          : await client.readInputRegisters(address, words);
      for (const index of members) {
        values[index] = valueOf(registers[index], data, registers[index].address - address);
      }
    } catch (error) {
      // An answer of the device, unlike a time-out or a broken line.
      const { modbusCode, message } = error as Error & { modbusCode?: number };
      if (modbusCode === undefined) throw error;
      refusal ||= `the device refuses ${table} registers from ${address} on (${message})`;
    }
  }
  return { values, refusal };
}

function rowPiece(names: readonly string[], values: readonly number[]): SourcePiece {
  const content = {
    names,
    t: Float64Array.of(NaN),
    columns: values.map((value) => Float64Array.of(value)),
  };
  return { content, arrived: Date.now(), origin: '', complete: true, subject: '' };
}

/** Rejects at once when the signal aborts. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error('Stopped'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

async function closed(client: Client): Promise<void> {
  await new Promise<void>((resolve) => {
    if (client.isOpen) client.close(() => resolve());
    else client.destroy(() => resolve());
  });
}
