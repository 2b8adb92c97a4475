/** The last n numbers of a stream, oldest first by index. Plain data, so that it can be stored. */
export interface Ring {
  readonly values: Float64Array;
  /** Numbers held. */
  size: number;
  /** Where the next number goes. */
  next: number;
}

export function createRing(capacity: number): Ring {
  return { values: new Float64Array(capacity), size: 0, next: 0 };
}

/** Answers the number that fell out, NaN while the ring fills. */
export function push(ring: Ring, value: number): number {
  const full = ring.size === ring.values.length;
  const out = full ? ring.values[ring.next] : NaN;
  ring.values[ring.next] = value;
  ring.next = ring.next + 1 === ring.values.length ? 0 : ring.next + 1;
  if (!full) ring.size++;
  return out;
}

/** The value `back` numbers ago; 0 is the newest. */
export function ago(ring: Ring, back: number): number {
  const n = ring.values.length;
  return ring.values[(ring.next - 1 - back + 2 * n) % n];
}

/** A copy, oldest first. */
export function toArray(ring: Ring): Float64Array {
  const { values, size, next } = ring;
  const out = new Float64Array(size);
  const older = Math.max(0, size - next);
  out.set(values.subarray(values.length - older, values.length));
  out.set(values.subarray(next - size + older, next), older);
  return out;
}

export function clear(ring: Ring): void {
  ring.size = 0;
  ring.next = 0;
}
