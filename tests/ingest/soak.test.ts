/** A device that never rests: all is stored, and memory and lag stay where they were. */
import { expect, it } from 'vitest';
import { soakIngest } from '../../electron/engine/bench/soak.ts';

const MINUTES = Number(process.env.OFFBEAT_SOAK_MINUTES ?? 5);
const MINUTE_MS = 60_000;

it(
  'stores 1000 rows a second without growing or falling behind',
  { timeout: (MINUTES + 2) * MINUTE_MS },
  async () => {
    const minutes: number[] = [];
    const { memoryMb, lagMs, sent, stored } = await soakIngest(
      { minutes: MINUTES, channels: 8 },
      '0.0.0',
      ({ minute }) => minutes.push(minute),
    );
    expect(minutes.length).toBe(MINUTES);
    expect(sent).toBeGreaterThan(MINUTES * MINUTE_MS * 0.9);
    expect(stored).toBe(sent);
    expect(memoryMb).toMatchObject({ isFlat: true });
    expect(lagMs).toMatchObject({ isFlat: true });
  },
);
