/** One suite that every transport passes. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createServer, type Server } from '../../shared/contract/server.ts';
import { openIpc, openPorts, openWebSocket } from './pairs.ts';
import { checks, handlers, type Pair, type Probe, type ProbeEvents } from './probe.ts';

const transports = [
  { name: 'message port', open: openPorts },
  { name: 'WebSocket', open: openWebSocket },
  { name: 'Electron IPC', open: openIpc },
];

const SPECIAL = [NaN, -0, 0, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 0.1];
const ARRAYS = [
  Int8Array.of(-128, 127),
  Uint8Array.of(0, 255),
  Uint8ClampedArray.of(0, 255),
  Int16Array.of(-32768, 32767),
  Uint16Array.of(0, 65535),
  Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  Uint32Array.of(0, 2 ** 32 - 1),
  Float32Array.from(SPECIAL),
  Float64Array.from(SPECIAL),
  BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  BigUint64Array.of(0n, 2n ** 64n - 1n),
];

describe.each(transports)('$name', ({ open }) => {
  let pair: Pair;
  let server: Server<ProbeEvents>;

  beforeEach(async () => {
    pair = await open();
    server = createServer<Probe, ProbeEvents>(pair.engine, handlers, checks);
  });
  afterEach(async () => {
    await pair.close();
    vi.unstubAllGlobals();
  });

  /** Sends a value there and back; bit by bit the same? */
  async function returns(value: unknown): Promise<boolean> {
    return isDeepStrictEqual(await pair.client.call('echo', structuredClone(value)), value);
  }

  it('answers calls', async () => {
    expect(await pair.client.call('echo', { a: ['b', { c: null }] })).toEqual({
      a: ['b', { c: null }],
    });
    expect(await pair.client.call('later', 7, 5)).toBe(7);
  });

  it('tells failures with their code and sentence, and unexpected ones as internal', async () => {
    await expect(pair.client.call('refuse')).rejects.toMatchObject({
      name: 'Failure',
      code: 'not-found',
      message: 'There is no such thing.',
    });
    const crash = await pair.client.call('crash').catch((error: unknown) => error);
    expect(crash).toMatchObject({ code: 'internal', message: 'x is not a function' });
  });

  it('fails a call whose answer or argument cannot be carried, and goes on', async () => {
    await expect(pair.client.call('unsendable')).rejects.toMatchObject({ code: 'internal' });
    await expect(pair.client.call('echo', () => undefined)).rejects.toThrow();
    expect(await pair.client.call('echo', 1)).toBe(1);
  });

  it.each(ARRAYS.map((array) => ({ kind: array.constructor.name, array })))(
    'carries a $kind bit by bit',
    async ({ array }) => {
      expect(await returns(array)).toBe(true);
      expect(await returns({ columns: [array, array.slice(0, 0), array] })).toBe(true);
    },
  );

  it('carries a part of an array without the rest of its buffer', async () => {
    const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(await pair.client.call('echo', part)).toEqual(Float64Array.of(2, 3));
    expect(part).toEqual(Float64Array.of(2, 3));
  });

  it('carries numbers that JSON lacks, undefined and odd texts', async () => {
    expect(await returns(SPECIAL)).toBe(true);
    expect(await returns([undefined, { a: undefined }, null])).toBe(true);
    expect(await returns(undefined)).toBe(true);
    expect(await returns(['', '\0', '\ufeffmark', '温度 °C', '🫀', '"\\\n'])).toBe(true);
    expect(await returns({ $: 'f64', n: 3, constructor: 1, 'a.b': 2 })).toBe(true);
  });

  it('tells events in order, and only to those who listen still', async () => {
    const heard: unknown[] = [];
    const stop = pair.client.on('tick', (payload) => heard.push(payload));
    for (let i = 0; i < 100; i++) server.emit('tick', i);
    await pair.client.call('echo', null);
    expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => i));
    stop();
    server.emit('tick', 100);
    await pair.client.call('echo', null);
    expect(heard).toHaveLength(100);
  });

  it('keeps 1000 calls at once apart and in order', async () => {
    const ended: number[] = [];
    const calls = Array.from({ length: 1000 }, async (_, i) => {
      const value = await pair.client.call('echo', { i, bytes: Uint8Array.of(i % 256) });
      ended.push(i);
      return value;
    });
    const values = await Promise.all(calls);
    const expected = values.map((_, i) => ({ i, bytes: Uint8Array.of(i % 256) }));
    expect(values).toEqual(expected);
    expect(ended).toEqual(values.map((_, i) => i));
  });

  it('lets a quick call overtake a slow one', async () => {
    const ended: string[] = [];
    const slow = pair.client.call('later', 1, 60).then(() => ended.push('slow'));
    const quick = pair.client.call('later', 2, 1).then(() => ended.push('quick'));
    await Promise.all([slow, quick]);
    expect(ended).toEqual(['quick', 'slow']);
  });

  it.each(['nothing', 'constructor', '__proto__', 'hasOwnProperty'])(
    'refuses the unknown method %s',
    async (method) => {
      const call = pair.client.call(method as 'refuse');
      await expect(call).rejects.toMatchObject({ code: 'bad-usage' });
      await expect(call).rejects.toThrow(`"${method}"`);
    },
  );

  it('refuses wrong arguments and says where they are wrong', async () => {
    const range = { from: 0, to: 1 };
    expect(await pair.client.call('view.series', 1, range, 10)).toBe('seen');
    const wrong = pair.client.call('view.series', 1, { from: 'x', to: 1 }, 10);
    await expect(wrong).rejects.toMatchObject({ code: 'bad-usage' });
    await expect(wrong).rejects.toThrow(/view\.series.*at 1\.from/);
    const extra = { ...range, more: 1 };
    await expect(pair.client.call('view.series', 1, extra, 10)).rejects.toThrow(/1\.more/);
    const infinite = pair.client.call('view.series', 1, range, Infinity);
    await expect(infinite).rejects.toThrow(/at 2/);
  });

  it('does not hear messages that are no calls', async () => {
    const odd = [null, undefined, 5, 'call', [], {}, { kind: 'call' }, { kind: 'event' }];
    const close = [
      { kind: 'call', id: '1', method: 'refuse', args: [] },
      { kind: 'call', id: 1, method: 5, args: [] },
      { kind: 'call', id: 1, method: 'refuse' },
      { kind: 'call', id: 1, method: 'refuse', args: { length: 0 } },
    ];
    for (const message of [...odd, ...close]) pair.sendToEngine(message);
    expect(await pair.client.call('echo', 'still here')).toBe('still here');
  });

  it('does not hear answers to nothing, nor events nobody knows', async () => {
    const call = pair.client.call('later', 3, 20);
    const odd = [null, undefined, 5, 'answer', [], {}, { kind: 'answer' }, { kind: 'event' }];
    const close = [
      { kind: 'answer', id: 999, value: 1 },
      { kind: 'failure', id: 999, code: 'internal', message: '' },
      { kind: 'other', id: 1, value: 'not an answer' },
      { kind: 'event', event: '__proto__', payload: {} },
    ];
    for (const message of [...odd, ...close]) pair.engine.send(message);
    expect(await call).toBe(3);
  });

  it('rejects what waits when the connection is lost', async () => {
    const calls = [pair.client.call('never'), pair.client.call('never')];
    await new Promise((resolve) => setTimeout(resolve, 20));
    const ends = Promise.allSettled(calls);
    pair.cut();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { name: 'Failure', code: 'lost' } });
    }
    // The answering end outlives its page.
    expect(() => server.emit('tick', 1)).not.toThrow();
  });
});
