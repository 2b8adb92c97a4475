/** The tokens that a canvas needs; a canvas cannot read CSS variables by itself. */
const TOKENS = [
  'bg',
  'panel',
  'line',
  'line-soft',
  'text',
  'muted',
  'faint',
  'accent',
  'band',
  'low',
  'medium',
  'high',
] as const;

export type Palette = Readonly<Record<(typeof TOKENS)[number] | 'font', string>>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const entries = TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return { ...Object.fromEntries(entries), font: style.getPropertyValue('--font').trim() };
}
