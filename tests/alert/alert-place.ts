/** Alerts over a real store, with a clock that stands where it is put. */
import { Alerts } from '../../electron/engine/alert/alerts.ts';
import type { Occurrence } from '../../electron/engine/alert/alert-desk.ts';
import { Secrets, type Vault } from '../../electron/engine/secrets.ts';
import type { Store } from '../../electron/engine/store/store-api.ts';
import type { AlertEvent, AlertMessage, AlertRule } from '../../shared/domain/alert.ts';
import { createStream, publish } from '../store/temporary-store.ts';

export const NOON_MS = Date.UTC(2026, 4, 6, 12);
export const MINUTE_MS = 60_000;

export const RULE: AlertRule = {
  ...{ name: 'All', isEnabled: true, language: 'en', timeZone: 'UTC', sinks: [] },
  when: {
    ...{ topics: [], severity: 'low', streams: [], channels: [], activities: [] },
    ...{ hours: null, effectMin: 0, lengthMinMs: 0 },
  },
  ...{ groupMs: 0, holdMs: 0, rate: null, quiet: null, escalation: null, tellsEnd: true },
};

/** Anyone can open what it seals: the tests are not about sealing. */
const openVault: Vault = {
  name: 'file',
  isThere: () => Promise.resolve(true),
  seal: (plain) => Promise.resolve(new TextEncoder().encode(plain)),
  open: (sealed) => Promise.resolve(new TextDecoder().decode(sealed)),
};

export interface AlertPlace {
  readonly alerts: Alerts;
  readonly told: { readonly kind: string; readonly message: AlertMessage }[];
  /** Moves the clock and lets alerts look at it. */
  at(ms: number): Promise<void>;
  /** Whether a window listens to notifications and sounds. */
  isListening: boolean;
}

export interface PlaceOptions {
  readonly now?: () => number;
  readonly retryMs?: number;
  readonly reportFolder?: string;
  readonly report?: ConstructorParameters<typeof Alerts>[0]['report'];
}

export function alertPlace(store: Store, options: PlaceOptions = {}): AlertPlace {
  let time = NOON_MS;
  const told: AlertPlace['told'] = [];
  const alerts = new Alerts({
    store,
    secrets: new Secrets(store, [openVault]),
    now: options.now ?? (() => time),
    reportFolder: options.reportFolder ?? '/nowhere',
    report: options.report ?? (() => Promise.reject(new Error('No report is written here.'))),
    tell: (kind, message) => {
      if (place.isListening) told.push({ kind, message });
      return place.isListening;
    },
    onChange: () => undefined,
    retryMs: options.retryMs ?? 20,
  });
  const place: AlertPlace = {
    alerts,
    told,
    isListening: true,
    at: async (ms) => {
      time = ms;
      await alerts.start();
    },
  };
  return place;
}

/** A published stream; alerts belong to one. */
export async function pressStream(store: Store): Promise<number> {
  const id = await createStream(store, 1);
  await publish(store, id);
  return id;
}

export function occurrence(
  streamId: number,
  event: Partial<AlertEvent> & { id: number },
  part: Partial<Occurrence> = {},
): Occurrence {
  const { start = NOON_MS } = event;
  const full: AlertEvent = {
    ...{ topic: 'anomaly', severity: 'medium', start, end: start + MINUTE_MS },
    ...{ isOpen: false, channel: 'pressure', unit: 'bar', activity: '' },
    ...{ observed: 7.5, expectedLow: 3, expectedHigh: 4, sentence: 'pressure rose to 7.5 bar.' },
    ...event,
  };
  const about = { streamId, streamName: 'Press', hasTime: true };
  return { ...about, event: () => full, isAcknowledged: false, isDismissed: false, ...part };
}
