/**
 * Messages of QoS 1 that were taken and not yet acknowledged. A broker that lost the connection
 * meanwhile sends them again; what is here already is not taken twice.
 */
export interface MqttLedger {
  /** Acknowledgements go to this connection from now on. */
  connect(acknowledge: (id: number) => void): void;
  disconnect(): void;
  /** Answers what to call once it is stored; null for one that was taken before. */
  receive(id: number, topic: string, payload: Uint8Array, dup: boolean): (() => void) | null;
}

interface Entry {
  readonly topic: string;
  readonly payload: Uint8Array;
  stored: boolean;
}

export function createMqttLedger(): MqttLedger {
  /** By number of the message; a broker has fewer than 65 536 under way. */
  const entries = new Map<number, Entry>();
  let acknowledge: ((id: number) => void) | null = null;

  const settle = (id: number, entry: Entry): void => {
    entry.stored = true;
    if (!acknowledge || entries.get(id) !== entry) return;
    acknowledge(id);
    entries.delete(id);
  };

  return {
    connect: (to) => {
      acknowledge = to;
    },
    disconnect: () => {
      acknowledge = null;
    },
    receive: (id, topic, payload, dup) => {
      const known = entries.get(id);
      if (dup && known && isSame(known, topic, payload)) {
        if (known.stored) settle(id, known);
        return null;
      }
      const entry: Entry = { topic, payload, stored: false };
      entries.set(id, entry);
      return () => settle(id, entry);
    },
  };
}

function isSame(entry: Entry, topic: string, payload: Uint8Array): boolean {
  return entry.topic === topic && Buffer.compare(entry.payload, payload) === 0;
}
