/**
 * Where a worker thread's code is. From source (Node strips the types) it stands at its own path;
 * built, every entry lies flat in out/main.
 */
export function workerUrl(pathInEngine: string): URL {
  if (import.meta.url.endsWith('.ts')) return new URL(`./${pathInEngine}.ts`, import.meta.url);
  return new URL(`./${pathInEngine.split('/').at(-1)}.js`, import.meta.url);
}
