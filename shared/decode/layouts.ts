/** Sets of names, each kept as one array, so that a row's layout is told by identity. */
import { ownText } from './byte-text.ts';
import { DECODE_LIMITS } from './decoder.ts';

export interface Layouts {
  /** The kept array that equals the first `count` names. */
  of(names: readonly string[], count: number): readonly string[];
}

export function createLayouts(): Layouts {
  const kept = new Map<string, Layout>();
  let last: Layout = { written: [], names: [] };
  return {
    of: (names, count) => {
      if (equals(last.written, names, count)) return last.names;
      const key = names.slice(0, count).join('\n');
      const known = kept.get(key);
      last = known ?? layoutOf(names.slice(0, count).map(ownText));
      if (known || key.length > KEY_CHARS_MAX) return last.names;
      if (kept.size >= DECODE_LIMITS.layouts) kept.clear();
      kept.set(key, last);
      return last.names;
    },
  };
}

/** Longer ones are not worth remembering. */
const KEY_CHARS_MAX = 65_536;

interface Layout {
  readonly written: readonly string[];
  /** None empty, none twice. */
  readonly names: readonly string[];
}

function layoutOf(written: readonly string[]): Layout {
  return { written, names: columnNames(written, written.length) };
}

function equals(last: readonly string[], names: readonly string[], count: number): boolean {
  if (last.length !== count) return false;
  for (let i = 0; i < count; i++) if (last[i] !== names[i]) return false;
  return true;
}

/**
 * Names for `count` columns: none empty, none twice. A lone value without a name is called after
 * the subject of its message, others by their place.
 */
export function columnNames(
  given: readonly string[] | null,
  count: number,
  subject = '',
): readonly string[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const unnamed = subject && count === 1 ? subject : `Column ${index + 1}`;
    const base = given?.[index]?.trim() || unnamed;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
    taken.add(name);
    return name;
  });
}
