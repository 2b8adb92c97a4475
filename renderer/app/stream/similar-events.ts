/**
 * Events that look alike: by which channels took part and how much, what kind it was, how long and
 * how strong.
 *
 *   alike = (2·cos(shares) + [same kind] + e^{−|ln length ratio|} + e^{−|ln score ratio|}) / 5
 */
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { KeptEvent } from '../../../shared/domain/kept-event.ts';

const ALIKE_MIN = 0.6;
const COUNT_MAX = 5;

export interface SimilarEvent {
  readonly event: KeptEvent;
  /** 0..1 */
  readonly alike: number;
}

/** Earlier events of the same model that are like this one, the likest first. */
export function similarEvents(event: KeptEvent, all: readonly KeptEvent[]): SimilarEvent[] {
  return all
    .filter(({ id, start }) => id !== event.id && start < event.start)
    .map((other) => ({ event: other, alike: likeness(event, other) }))
    .filter(({ alike }) => alike >= ALIKE_MIN)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, COUNT_MAX);
}

export function likeness(a: AnomalyEvent, b: AnomalyEvent): number {
  const length = ({ start, end }: AnomalyEvent): number => end - start + 1;
  const ratio = (x: number, y: number): number =>
    Math.exp(-Math.abs(Math.log(Math.max(x, 1e-9) / Math.max(y, 1e-9))));
  const parts =
    2 * cosine(a, b) +
    Number(a.kind === b.kind) +
    ratio(length(a), length(b)) +
    ratio(a.peakScore, b.peakScore);
  return parts / 5;
}

function cosine(a: AnomalyEvent, b: AnomalyEvent): number {
  const shares = new Map(b.channels.map(({ name, share }) => [name, share]));
  const dot = a.channels.reduce((sum, { name, share }) => sum + share * (shares.get(name) ?? 0), 0);
  const norm = ({ channels }: AnomalyEvent): number =>
    Math.hypot(...channels.map(({ share }) => share));
  return dot / Math.max(1e-9, norm(a) * norm(b));
}
