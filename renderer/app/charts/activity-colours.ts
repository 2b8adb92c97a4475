/**
 * Colours of activities: Okabe and Ito's eight, then four that stay furthest from them and from
 * each other to eyes that tell red from green poorly (Machado et al. 2009, severity 1).
 */
export const ACTIVITY_COLOURS = [
  ...['#56b4e9', '#e69f00', '#009e73', '#f0e442', '#cc79a7', '#0072b2', '#d55e00', '#8d98a8'],
  ...['#661100', '#d9f0a3', '#225555', '#332288'],
] as const;

/** On which light text reads better than dark text. */
const DARK: ReadonlySet<string> = new Set(['#0072b2', '#661100', '#225555', '#332288']);
const [DARK_INK, LIGHT_INK] = ['#0b1016', '#ffffff'];

export const colourOf = (place: number): string =>
  ACTIVITY_COLOURS[place % ACTIVITY_COLOURS.length];

/** Of text on the colour. */
export const inkOf = (place: number): string => (DARK.has(colourOf(place)) ? LIGHT_INK : DARK_INK);
