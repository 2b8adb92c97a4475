/** Commands that views offer; the palette lists them all. */
import { onBeforeUnmount, shallowReactive } from 'vue';

export interface Command {
  readonly id: string;
  readonly title: string;
  /** The key that does the same, if there is one. */
  readonly key?: string;
  run(): void;
}

const offers = shallowReactive(new Set<() => readonly Command[]>());

/** Offers commands for as long as the calling component is there. */
export function useCommands(offer: () => readonly Command[]): void {
  offers.add(offer);
  onBeforeUnmount(() => offers.delete(offer));
}

/** All that is offered now; those of the view before those of the frame. */
export const offeredCommands = (): readonly Command[] =>
  [...offers].reverse().flatMap((offer) => offer());

/** Those whose title holds all words that were typed, the nearest to its beginning first. */
export function matching(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const at = ({ title }: Command): number => title.toLowerCase().indexOf(words[0] ?? '');
  return commands
    .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
    .map((command, place) => ({ command, place }))
    .sort((a, b) => at(a.command) - at(b.command) || a.place - b.place)
    .map(({ command }) => command);
}
