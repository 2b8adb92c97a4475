/** Where the built page lies, seen from the sources and from the bundle. */
import { fileURLToPath } from 'node:url';

export const RENDERER_DIR = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../out/renderer' : '../renderer', import.meta.url),
);
