/** Recordings made for the browser specs. */
import { createRandom } from '../../shared/math/prng.ts';

const START = Date.UTC(2025, 4, 1);
const MINUTE_MS = 60_000;

export interface Fault {
  readonly from: number;
  readonly to: number;
}

/** Two channels that swing together; the pressure falls by far during the fault. */
export function pumpCsv(rows: number, fault: Fault): string {
  const random = createRandom(5);
  const lines = ['time,Pressure (bar),Current [A]'];
  for (let i = 0; i < rows; i++) {
    const load = Math.sin(i / 37);
    const off = i >= fault.from && i < fault.to ? -1.6 : 0;
    const pressure = 3.5 + 0.3 * load + 0.02 * random.normal() + off;
    const current = 41 + 3 * load + 0.2 * random.normal();
    const time = new Date(START + i * MINUTE_MS).toISOString();
    lines.push(`${time},${pressure.toFixed(3)},${current.toFixed(2)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** So many channels, each with a name that fits nowhere. */
export function wideCsv(channels: number): string {
  const names = Array.from(
    { length: channels },
    (_, k) => `Hall ${k % 7} line ${k} gearbox output shaft bearing, drive side, temperature (°C)`,
  );
  const lines = [`time,${names.map((name) => `"${name}"`).join(',')}`];
  for (let i = 0; i < 240; i++) {
    const time = new Date(START + i * MINUTE_MS).toISOString();
    const values = names.map((_, k) => (60 + k / 10 + 8 * Math.sin((i + 9 * k) / 25)).toFixed(2));
    lines.push(`${time},${values.join(',')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A channel that beats, a row a second; the beat of that number is another one. */
export function beatCsv(rows: number, odd: number): string {
  const random = createRandom(6);
  const lines = ['time,load'];
  for (let i = 0; i < rows; i++) {
    const turn = (2 * Math.PI * (i % 40)) / 40;
    const usual = Math.sin(turn) + 0.5 * Math.sin(2 * turn);
    const value = Math.floor(i / 40) === odd ? Math.sin(turn) - 0.5 * Math.sin(2 * turn) : usual;
    const time = new Date(START + i * 1000).toISOString();
    lines.push(`${time},${(20 + value + 0.03 * random.normal()).toFixed(4)}`);
  }
  return `${lines.join('\n')}\n`;
}
