import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        // Workers and the command line are entries of their own, flat beside index.js.
        input: {
          index: at('electron/main/index.ts'),
          cli: at('electron/cli/cli.ts'),
          'store-worker': at('electron/engine/store/store-worker.ts'),
          'csv-worker': at('electron/engine/sources/csv-worker.ts'),
          'learn-worker': at('electron/engine/training/learn-worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload is one self-contained CommonJS file.
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: at('electron/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [vue()],
    build: { rollupOptions: { input: at('renderer/index.html') } },
  },
});
