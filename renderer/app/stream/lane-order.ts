/** Which lanes are shown, in which order, under which headings. Pure. */
import type { LaneLayout } from '../../../shared/domain/lane-layout.ts';

export type LaneEntry =
  | { readonly kind: 'lane'; readonly index: number; readonly name: string }
  | {
      readonly kind: 'heading';
      readonly name: string;
      readonly isFolded: boolean;
      readonly lanes: number;
    };

/** All channels in the order of their lanes: those of a group stand together, at its first. */
export function orderedNames(channels: readonly string[], layout: LaneLayout): string[] {
  const known = new Set(channels);
  const named = layout.order.filter((name) => known.has(name));
  const rest = new Set(named);
  const all = [...named, ...channels.filter((name) => !rest.has(name))];
  const blocks = new Map<string, string[]>();
  for (const name of all) {
    const group = layout.groups[name];
    const key = group ? `group ${group}` : `lane ${name}`;
    blocks.set(key, [...(blocks.get(key) ?? []), name]);
  }
  return [...blocks.values()].flat();
}

export function arrange(channels: readonly string[], layout: LaneLayout): LaneEntry[] {
  const hidden = new Set(layout.hidden);
  const places = new Map(channels.map((name, index) => [name, index]));
  const shown = orderedNames(channels, layout).filter((name) => !hidden.has(name));
  const entries: LaneEntry[] = [];
  let group = '';
  for (const name of shown) {
    const own = layout.groups[name] ?? '';
    const isFolded = layout.folded.includes(own);
    if (own && own !== group) {
      const lanes = shown.filter((other) => layout.groups[other] === own).length;
      entries.push({ kind: 'heading', name: own, isFolded, lanes });
    }
    group = own;
    if (own && isFolded) continue;
    entries.push({ kind: 'lane', index: places.get(name)!, name });
  }
  return entries;
}

/** The order after a channel moved by one place, past its whole neighbour. */
export function moved(names: readonly string[], name: string, by: 1 | -1): string[] {
  const at = names.indexOf(name);
  const to = at + by;
  if (at < 0 || to < 0 || to >= names.length) return [...names];
  const others = names.filter((one) => one !== name);
  return [...others.slice(0, to), name, ...others.slice(to)];
}

/** With the name in, or without it. */
export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : [...names, name];
}
