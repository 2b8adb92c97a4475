/**
 * A program, started as it is: its arguments are a list, no shell reads them. It gets the message
 * as JSON on its standard input and the key in OFFBEAT_KEY; exit code 0 means it took it.
 */
import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { ProgramConfig } from '../../../../shared/domain/alert.ts';
import { asIs, fillTemplate } from '../template.ts';
import { DeliveryError, payloadOf, type Send } from './sink.ts';

const COMPLAINT_CHARS_MAX = 300;
/** Windows runs these by its shell, whatever one asks for. */
const SHELL_SCRIPT = /\.(bat|cmd)$/i;

export const sendToProgram: Send<ProgramConfig> = (config, message) => {
  const { path, timeoutMs } = config;
  if (!isAbsolute(path) || SHELL_SCRIPT.test(path)) {
    throw new DeliveryError(`${path} is not the full path of a program.`, true);
  }
  // A NUL ends an argument early for the system; spawn would throw.
  const args = config.args.map((arg) => fillTemplate(arg, message, asIs).replaceAll('\0', ''));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(path, args, {
    ...{ shell: false, windowsHide: true, timeout: timeoutMs, killSignal: 'SIGKILL' },
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, OFFBEAT_KEY: message.key, OFFBEAT_KIND: message.kind },
  });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-COMPLAINT_CHARS_MAX);
  });
  // It may have ended without reading; its exit code says what that means.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(payloadOf(message))}\n`);
  child.once('error', ({ message: said }) => {
    reject(new DeliveryError(`${path} cannot be started: ${said}`));
  });
  child.once('close', (code, signal) => {
    if (code === 0) return resolve();
    const ended = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    reject(new DeliveryError(`${path} ${ended}${complaint ? `: ${complaint.trim()}` : ''}`));
  });
  return promise;
};
