/** A real Chromium on an emulated graphics card, and pages for it from the sources or as built. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build, createServer, preview } from 'vite';
import { installedChromium } from '../system/chromium.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

/** Emulated graphics cards: how Chromium is told, and what its name then says. */
export const RENDERERS = {
  llvmpipe: {
    args: ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
    name: /llvmpipe/,
  },
  swiftshader: {
    args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    name: /SwiftShader/,
  },
} as const;
export type RendererName = keyof typeof RENDERERS;

/** Null where there is none; the tests say so. */
export const chromiumPath = installedChromium();

export function openBrowser(renderer: RendererName): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-background-networking', ...RENDERERS[renderer].args];
  return chromium.launch({ executablePath: chromiumPath!, args });
}

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** The page of the kernels under test, by the development server or as it is shipped. */
export async function kernelSite(kind: 'sources' | 'built'): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-kernels-'));
  const common = { configFile: false, logLevel: 'error' } as const;
  const server = { port: 0, host: '127.0.0.1' };
  if (kind === 'sources') {
    const dev = await createServer({
      ...common,
      root: ROOT,
      cacheDir: folder,
      server: { ...server, hmr: false, watch: null },
      optimizeDeps: { include: ['gpu.js'], noDiscovery: true },
    });
    await dev.listen();
    return siteOf(dev.resolvedUrls!.local[0] + 'tests/webgl/page/', folder, () => dev.close());
  }
  const root = join(ROOT, 'tests', 'webgl', 'page');
  await build({ ...common, root, build: { outDir: folder, emptyOutDir: true, minify: true } });
  const built = await preview({
    ...common,
    root,
    build: { outDir: folder },
    preview: server,
  });
  return siteOf(built.resolvedUrls!.local[0], folder, () => built.close());
}

function siteOf(url: string, folder: string, stop: () => Promise<void>): Site {
  return {
    url,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens the page of the kernels; whatever it complains about is collected. */
export async function openKernels(
  browser: Browser,
  site: Site,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(site.url);
  await page.waitForFunction(() => window.offbeatKernels !== undefined);
  return { page, complaints };
}
