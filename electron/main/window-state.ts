/** Where windows were and how large; restored only as far as a screen still shows it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  /** Of the window when it is not maximised; null centres a new one. */
  readonly bounds: Bounds | null;
  readonly isMaximised: boolean;
  /** Factor of the page's size. */
  readonly zoom: number;
}

export const NEW_WINDOW: WindowState = { bounds: null, isMaximised: false, zoom: 1 };
const ZOOM = { min: 0.5, max: 3 };
/** So much of a window must be on a screen to be grabbed. */
const GRIP_PX = 80;

/** One entry for each window; a file that cannot be read is as good as none. */
export function readWindowStates(file: string): readonly WindowState[] {
  try {
    const { windows } = JSON.parse(readFileSync(file, 'utf8')) as { windows: unknown };
    return Array.isArray(windows) ? windows.flatMap(sane) : [];
  } catch {
    return [];
  }
}

export function writeWindowStates(file: string, windows: readonly WindowState[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify({ windows }));
  renameSync(`${file}.new`, file);
}

/** Bounds are forgotten when no screen shows enough of them: a screen may be gone. */
export function fitted(state: WindowState, screens: readonly Bounds[]): WindowState {
  const { bounds } = state;
  const seen = bounds !== null && screens.some((screen) => overlaps(bounds, screen));
  return seen ? state : { ...state, bounds: null };
}

function overlaps(a: Bounds, b: Bounds): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  // The title bar is at the top, and is what one grabs.
  return width >= GRIP_PX && height >= GRIP_PX && a.y >= b.y - 1;
}

function sane(value: unknown): WindowState[] {
  const { bounds, isMaximised, zoom } = (value ?? {}) as Partial<WindowState>;
  const sizes = bounds ? [bounds.x, bounds.y, bounds.width, bounds.height] : [];
  if (!sizes.every((size) => Number.isInteger(size))) return [];
  const factor = typeof zoom === 'number' && zoom >= ZOOM.min && zoom <= ZOOM.max ? zoom : 1;
  return [{ bounds: bounds ?? null, isMaximised: isMaximised === true, zoom: factor }];
}
