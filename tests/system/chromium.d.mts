/** path: null when there is none; how: where it is from, or what would bring it. */
export function findChromium(say?: (text: string) => void): {
  readonly path: string | null;
  readonly how: string;
};

/** One that is there already, or null. */
export function installedChromium(): string | null;
